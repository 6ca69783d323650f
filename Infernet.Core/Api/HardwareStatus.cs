namespace Infernet.Core.Api;

/// <summary>What the node found in the machine.</summary>
public sealed record HardwareStatus
{
    public required string Cpu { get; init; }

    public required int CpuCores { get; init; }

    public required long MemoryBytes { get; init; }

    public required IReadOnlyList<GpuStatus> Gpus { get; init; }
}
