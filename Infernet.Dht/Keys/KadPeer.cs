using Infernet.Core.Identity;

namespace Infernet.Dht.Keys;

/// <summary>A peer and where it lies in the key space, so that the hash is computed once.</summary>
internal readonly record struct KadPeer(PeerId Id, KadKey Key)
{
    /// <summary>Places a peer.</summary>
    public static KadPeer Of(PeerId id) => new(id, KadKey.Of(id));

    public override string ToString() => Id.ToShortString();
}
