namespace Infernet.Core.Audits;

/// <summary>What one verdict, or several on the same receipt, come to.</summary>
/// <param name="Outcome">What follows for the shard.</param>
/// <param name="LogLikelihoodRatio">What goes into the peer's <see cref="SequentialTest"/>; positive speaks for cheating.</param>
public sealed record ShardFinding(ShardOutcome Outcome, double LogLikelihoodRatio);
