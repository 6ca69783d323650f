namespace Infernet.Solana.Rpc;

/// <summary>Who is to blame for a call that failed.</summary>
public enum RpcProblem
{
    /// <summary>No endpoint answered in time.</summary>
    Unreachable,

    /// <summary>Every endpoint says that we ask too much.</summary>
    RateLimited,

    /// <summary>The endpoint understood the call and says no.</summary>
    Refused,

    /// <summary>The endpoint's answer makes no sense.</summary>
    BadAnswer,
}
