namespace Infernet.Solana.Settlement;

/// <summary>
/// From this stake on, a node may hold so many jobs at once; <see cref="uint.MaxValue"/> is no limit.
/// </summary>
public readonly record struct StakeTier(ulong Stake, uint Jobs);
