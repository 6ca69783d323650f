namespace Infernet.Daemon.Reputation;

/// <summary>What becomes of a fact that another node told.</summary>
internal enum EvidenceOutcome
{
    /// <summary>It is new and right: it is durable, counts, and is passed on.</summary>
    Accepted,

    /// <summary>It does not count and is not passed on, but whoever told it is not to blame.</summary>
    Ignored,

    /// <summary>It is provably wrong: whoever passed it on did not check it.</summary>
    Rejected,
}
