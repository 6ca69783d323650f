using Infernet.Core.Identity;

namespace Infernet.Libp2p.Noise;

/// <summary>Who the handshake proved to be at the other end, and the muxers that it offered inside it.</summary>
internal sealed record RemoteIdentity(PeerId Peer, IReadOnlyList<string> Muxers);
