using Infernet.Core.Audits;
using Infernet.Core.Identity;

namespace Infernet.Core.Reputation;

/// <summary>What a piece of evidence comes to once it was checked: numbers only. Immutable.</summary>
public sealed record Observation
{
    /// <summary>The evidence's id: SHA-256 of its canonical bytes, in hexadecimal.</summary>
    public required string Id { get; init; }

    public required ObservationKind Kind { get; init; }

    /// <summary>Who did the work.</summary>
    public required PeerId Provider { get; init; }

    /// <summary>Whose work it was; of an audit it is the reporter.</summary>
    public required PeerId Aggregator { get; init; }

    /// <summary>Who judged the work; null for a receipt.</summary>
    public PeerId? Auditor { get; init; }

    /// <summary>Names the piece of work, so that verdicts of several auditors on it are one audit.</summary>
    public required string Work { get; init; }

    /// <summary>Completion tokens of the whole receipt.</summary>
    public long Tokens { get; init; }

    /// <summary>What the verdict comes to; null for a receipt.</summary>
    public ShardFinding? Finding { get; init; }

    /// <summary>When the work was finished, by its receipt.</summary>
    public required DateTimeOffset At { get; init; }
}
