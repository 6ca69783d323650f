namespace Infernet.Execution.Hardware;

/// <summary>A device that computes beside the CPU, as its driver describes it.</summary>
/// <param name="Name">The back-end's name, such as "CUDA0".</param>
/// <param name="Description">The device's own name.</param>
/// <param name="MemoryTotal">Its memory, in bytes; 0 when it shares the host's.</param>
/// <param name="MemoryFree">What of it is free.</param>
public sealed record GpuInfo(string Name, string Description, long MemoryTotal, long MemoryFree);
