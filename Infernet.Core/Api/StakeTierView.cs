namespace Infernet.Core.Api;

/// <summary>From this stake on, so many jobs at once; absent for any number.</summary>
public sealed record StakeTierView(ulong Stake, uint? JobsAtOnce = null);
