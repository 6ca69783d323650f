using Infernet.Core.Identity;
using Infernet.Dht.Keys;

namespace Infernet.Dht.Tests;

/// <summary>Peers for tests: with made-up points of the key space, or real ones from a seed.</summary>
internal static class TestPeers
{
    /// <summary>A point whose first byte is given and all others are zero, so that distances can be done by head.</summary>
    public static KadKey Key(byte first)
    {
        byte[] bytes = new byte[KadKey.Length];
        bytes[0] = first;
        return KadKey.FromBytes(bytes);
    }

    /// <summary>A peer at such a point.</summary>
    public static KadPeer At(byte first)
    {
        byte[] publicKey = new byte[32];
        publicKey[31] = first;
        return new KadPeer(PeerId.FromEd25519(publicKey), Key(first));
    }

    /// <summary>A peer with a random id and the point that belongs to it.</summary>
    public static KadPeer Random(Random random)
    {
        byte[] publicKey = new byte[32];
        random.NextBytes(publicKey);
        return KadPeer.Of(PeerId.FromEd25519(publicKey));
    }
}
