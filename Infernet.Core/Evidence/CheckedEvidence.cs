using Infernet.Core.Reputation;

namespace Infernet.Core.Evidence;

/// <summary>A fact in which nothing is wrong.</summary>
/// <param name="Canonical">Its bytes as every node writes them.</param>
/// <param name="Observation">What it says, in numbers; its id is the hash of those bytes.</param>
public sealed record CheckedEvidence(ReadOnlyMemory<byte> Canonical, Observation Observation);
