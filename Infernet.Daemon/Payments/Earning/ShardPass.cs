namespace Infernet.Daemon.Payments.Earning;

/// <summary>What the gate said to a shard of a paid job.</summary>
/// <param name="Entry">The shard's place, to be ended once.</param>
/// <param name="Refusal">Why it must not begin, for its payer; null if it may.</param>
internal readonly record struct ShardPass(GateEntry Entry, string? Refusal);
