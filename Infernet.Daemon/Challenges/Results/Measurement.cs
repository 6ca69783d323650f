using Infernet.Core.Identity;

namespace Infernet.Daemon.Challenges.Results;

/// <summary>What a challenger measured of a peer, signed by it; <see cref="ResultEnvelope"/> checked it.</summary>
public sealed record Measurement
{
    public required PeerId Challenger { get; init; }

    public required PeerId Provider { get; init; }

    /// <summary>What was computed: "matmul-int8", "memory-walk".</summary>
    public required string Kernel { get; init; }

    /// <summary>What computed: "cpu", or a GPU's name.</summary>
    public required string Device { get; init; }

    /// <summary>Rows of the matrices, or bytes of memory.</summary>
    public required long Size { get; init; }

    public required int Lanes { get; init; }

    /// <summary>Operations, or bytes, a second.</summary>
    public required double Rate { get; init; }

    /// <summary>What the challenger's clock said, all rounds together.</summary>
    public required TimeSpan Wall { get; init; }

    /// <summary>What of it was taken off for the network.</summary>
    public required TimeSpan RoundTrip { get; init; }

    public required DateTimeOffset MeasuredAt { get; init; }

    /// <summary>The signed bytes, to be handed on as they are.</summary>
    public required ReadOnlyMemory<byte> Envelope { get; init; }
}
