using Infernet.Core.Reputation;

namespace Infernet.Daemon.Journal;

/// <summary>A fact in the journal.</summary>
/// <param name="Observation">What it comes to.</param>
/// <param name="Own">Whether this node had a part in it, as aggregator or as provider.</param>
internal sealed record EvidenceRecord(Observation Observation, bool Own);
