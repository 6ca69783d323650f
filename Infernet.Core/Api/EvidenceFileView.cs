namespace Infernet.Core.Api;

/// <summary>What was found in an evidence file.</summary>
/// <param name="Hash">SHA-256 of its canonical bytes: what a committee signs that acts on it.</param>
/// <param name="Verified">Whether everything in it holds.</param>
/// <param name="Cases">Each shard that it is about.</param>
public sealed record EvidenceFileView(string Hash, bool Verified, IReadOnlyList<EvidenceCaseView> Cases);
