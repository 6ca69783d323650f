using Infernet.Daemon.Audits.Asking;

namespace Infernet.Daemon.Audits;

/// <summary>How this node lets others judge. Immutable.</summary>
internal sealed record CourtOptions
{
    public HearingOptions Hearing { get; init; } = new();

    public InquiryLimits Inquiry { get; init; } = new();

    /// <summary>Hearings at a time; further ones wait.</summary>
    public int MaxHearings { get; init; } = 16;

    /// <summary>The share of hearings after which a canary is sent to some auditor.</summary>
    public double CanaryRate { get; init; } = 0.1;

    /// <summary>Canaries that are out at a time.</summary>
    public int MaxCanaries { get; init; } = 2;

    /// <summary>Decided cases that are kept to make canaries of.</summary>
    public int MaxKnownCases { get; init; } = 64;

    /// <summary>Largest case that is kept, in bytes.</summary>
    public int MaxKnownCaseSize { get; init; } = 64 << 10;

    /// <summary>How long an auditor that could not be reached is not drawn; each further time doubles it.</summary>
    public TimeSpan AbsenceDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Absent auditors that are remembered.</summary>
    public int MaxAbsent { get; init; } = 1_024;
}
