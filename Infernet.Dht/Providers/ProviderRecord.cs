using Infernet.Core.Identity;
using Infernet.Core.Multiformats;

namespace Infernet.Dht.Providers;

/// <summary>That a peer provides a key: where it was at the time, and when it last said so. Immutable.</summary>
internal sealed record ProviderRecord(PeerId Provider, IReadOnlyList<Multiaddr> Addresses, DateTimeOffset Renewed);
