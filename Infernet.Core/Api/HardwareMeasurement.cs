namespace Infernet.Core.Api;

/// <summary>What another node measured by a challenge, and signed for.</summary>
public sealed record HardwareMeasurement
{
    public required string Kernel { get; init; }

    public required string Device { get; init; }

    /// <summary>Rows of the matrices, or bytes of memory.</summary>
    public required long Size { get; init; }

    /// <summary>Operations (matmul-int8) or bytes (memory-walk) a second.</summary>
    public required double Rate { get; init; }

    /// <summary>Peer id of who measured.</summary>
    public required string Challenger { get; init; }

    public required DateTimeOffset MeasuredAt { get; init; }
}
