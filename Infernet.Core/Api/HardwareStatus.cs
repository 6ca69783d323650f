namespace Infernet.Core.Api;

/// <summary>What the node found in the machine.</summary>
public sealed record HardwareStatus
{
    public required string Cpu { get; init; }

    public required int CpuCores { get; init; }

    public required long MemoryBytes { get; init; }

    public required IReadOnlyList<GpuStatus> Gpus { get; init; }

    /// <summary>What the node says that it can do; null when it says nothing.</summary>
    public HardwareClaim? Claimed { get; init; }

    /// <summary>What other nodes measured of it, and signed for.</summary>
    public IReadOnlyList<HardwareMeasurement> Measured { get; init; } = [];
}
