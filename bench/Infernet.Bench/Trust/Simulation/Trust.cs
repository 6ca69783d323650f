namespace Infernet.Bench.Trust.Simulation;

/// <summary>What an aggregator makes of a peer.</summary>
/// <param name="IsExcluded">Whether it gets nothing.</param>
/// <param name="Score">0..1, for the ranking.</param>
/// <param name="AuditRate">The share of its shards that is audited.</param>
/// <param name="CreditTokens">Tokens that it may have at a time.</param>
internal readonly record struct Trust(bool IsExcluded, double Score, double AuditRate, long CreditTokens);
