namespace Infernet.Daemon.Audits.Asking;

/// <summary>How many auditors hear a case, and for how long. Immutable.</summary>
internal sealed record HearingOptions
{
    /// <summary>The share of cases for which two auditors are asked from the start: that is how the lazy are found.</summary>
    public double SecondOpinionRate { get; init; } = 0.1;

    /// <summary>Most auditors whose verdicts are heard.</summary>
    public int MaxTestimonies { get; init; } = 3;

    /// <summary>Most auditors that are asked, with those that decline or break their word.</summary>
    public int MaxAsked { get; init; } = 24;

    /// <summary>How long to wait when all auditors are busy.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long an auditor is waited for that nobody knows of yet: one may be about to say what it serves.</summary>
    public TimeSpan NobodyTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The same right after a start, when a node does not know its network again yet.</summary>
    public TimeSpan NobodyAfterStartTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a case may take in all, before it ends with what was heard.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);
}
