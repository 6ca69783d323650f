namespace Infernet.Daemon.Reputation;

/// <summary>What became of a fact that another node told.</summary>
/// <param name="Outcome">Whether it counts, and what to do with the message.</param>
/// <param name="Reason">Why it does not count; null if it does.</param>
internal sealed record EvidenceReception(EvidenceOutcome Outcome, string? Reason)
{
    public static EvidenceReception Accepted { get; } = new(EvidenceOutcome.Accepted, null);
}
