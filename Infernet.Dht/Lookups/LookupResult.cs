using Infernet.Dht.Keys;

namespace Infernet.Dht.Lookups;

/// <summary>How a look-up ended: the closest peers that answered, nearest first, and what it took.</summary>
internal sealed record LookupResult(IReadOnlyList<KadPeer> Closest, int Requests, int Failures);
