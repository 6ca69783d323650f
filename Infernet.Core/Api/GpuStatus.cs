namespace Infernet.Core.Api;

/// <summary>One GPU.</summary>
public sealed record GpuStatus(string Name, long MemoryBytes);
