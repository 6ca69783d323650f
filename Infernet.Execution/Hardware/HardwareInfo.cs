namespace Infernet.Execution.Hardware;

/// <summary>What a machine offers to this process. Sizes are in bytes.</summary>
public sealed record HardwareInfo
{
    /// <summary>The processor's name, or "unknown".</summary>
    public required string CpuModel { get; init; }

    /// <summary>Physical cores that this process may use.</summary>
    public required int Cores { get; init; }

    /// <summary>Hardware threads that this process may use.</summary>
    public required int Threads { get; init; }

    /// <summary>Memory that this process could ever have: the machine's, or its container's if that is less.</summary>
    public required long MemoryTotal { get; init; }

    /// <summary>Memory that it could have now.</summary>
    public required long MemoryAvailable { get; init; }

    /// <summary>Free space where the node keeps its data.</summary>
    public required long DiskFree { get; init; }

    /// <summary>Devices beside the CPU.</summary>
    public required IReadOnlyList<GpuInfo> Gpus { get; init; }
}
