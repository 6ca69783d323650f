namespace Infernet.Daemon.Audits.Asking;

/// <summary>How long an auditor may take. Immutable.</summary>
internal sealed record InquiryLimits
{
    /// <summary>To be reached, and to take the request.</summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>To set its price aside, with a channel that may have to be opened first.</summary>
    public TimeSpan PayTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>To wait for its turn there, judge, and commit.</summary>
    public TimeSpan CommitTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>To reveal.</summary>
    public TimeSpan RevealTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The same, once nobody waits for it any more.</summary>
    public TimeSpan LateTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How far its clock may be from ours.</summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromMinutes(10);
}
