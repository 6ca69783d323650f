namespace Infernet.Core.Audits;

/// <summary>What an audit says about one shard.</summary>
public enum ShardOutcome
{
    /// <summary>Nothing could be judged: the auditor was not shown what the provider signed for.</summary>
    Void,

    /// <summary>The answers are what the model gives.</summary>
    Verified,

    /// <summary>The answers are unlikely, but not so that an honest shard would never be: it counts to the peer's account.</summary>
    Suspicious,

    /// <summary>An honest shard would be like this once in a million times or less, or has a plain fault.</summary>
    Rejected,
}
