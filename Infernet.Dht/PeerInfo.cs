using Infernet.Core.Identity;
using Infernet.Core.Multiformats;

namespace Infernet.Dht;

/// <summary>A peer and where it says it can be reached (without the peer at the end). Immutable.</summary>
public sealed record PeerInfo(PeerId Id, IReadOnlyList<Multiaddr> Addresses);
