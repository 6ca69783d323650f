namespace Infernet.Solana.Rpc;

/// <summary>
/// What would happen: an error (JSON) or none, the programs' logs, and the compute units it would take.
/// </summary>
public sealed record SimulationResult(string? Error, IReadOnlyList<string> Logs, ulong Units);
