namespace Infernet.Core.Api;

/// <summary>What a node thinks of a peer, and the evidence that it rests on.</summary>
/// <param name="Standing">What it comes to.</param>
/// <param name="Evidence">The audited shards, the oldest first.</param>
public sealed record ReputationExplanation(ReputationStatus Standing, IReadOnlyList<ReputationEntry> Evidence);
