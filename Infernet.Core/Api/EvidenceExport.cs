namespace Infernet.Core.Api;

/// <summary>An evidence file that a node made.</summary>
/// <param name="File">Its bytes: an EvidenceFile message.</param>
/// <param name="Cases">How many shards it is about.</param>
public sealed record EvidenceExport(byte[] File, int Cases);
