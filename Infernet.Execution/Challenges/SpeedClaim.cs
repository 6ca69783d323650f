namespace Infernet.Execution.Challenges;

/// <summary>What a machine says of itself, by challenges that it gave itself; nobody need believe it.</summary>
/// <param name="OperationsPerSecond">Of matmul-int8.</param>
/// <param name="BytesPerSecond">Of memory-walk.</param>
/// <param name="FilledBytesPerSecond">How fast memory is filled for it.</param>
public sealed record SpeedClaim(double OperationsPerSecond, double BytesPerSecond, double FilledBytesPerSecond);
