namespace Infernet.Execution.Hardware;

/// <summary>Memory in bytes: all that this process could have, and what of it is there now.</summary>
internal sealed record MemoryState(long Total, long Available);
