namespace Infernet.Core.Reputation;

/// <summary>How an auditor did, as far as the one who asked it can tell. Known to that node alone.</summary>
public enum AuditorFinding
{
    /// <summary>Its verdict was that of the majority.</summary>
    Agreed = 1,

    /// <summary>It found answers wrong that are known to be.</summary>
    CanaryKnown = 2,

    /// <summary>Others who judged the same saw it otherwise.</summary>
    Outvoted = 3,

    /// <summary>It passed answers that are known to be wrong, or failed answers that are known to be right.</summary>
    CanaryMissed = 4,

    /// <summary>It committed to a verdict and did not reveal it, or revealed another.</summary>
    CommitmentBroken = 5,

    /// <summary>It passed answers that are known to be right, as one does who passes everything.</summary>
    SoundCanaryPassed = 6,
}
