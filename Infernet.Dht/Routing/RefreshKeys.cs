using Infernet.Dht.Keys;

namespace Infernet.Dht.Routing;

/// <summary>
/// Finds preimages that fall into a bucket. FIND_NODE carries the preimage of a point, not the point, so a random
/// point of a bucket can't be asked for; a random preimage that hashes into it is searched instead, which takes about
/// 2^(bits + 1) tries.
/// </summary>
internal static class RefreshKeys
{
    /// <summary>The deepest bucket that is worth a search (some thousand hashes); deeper ones the self look-up fills.</summary>
    public const int MaxPrefixLength = 12;

    /// <summary>A preimage whose point shares exactly so many leading bits with this node.</summary>
    public static byte[] Find(KadKey self, int prefixLength, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefixLength, MaxPrefixLength);
        byte[] preimage = new byte[KadKey.Length];
        do
        {
            random.NextBytes(preimage);
        }
        while (KadKey.Of(preimage).CommonPrefixLength(self) != prefixLength);

        return preimage;
    }
}
