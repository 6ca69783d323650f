using System.Text;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Dht.Keys;

namespace Infernet.Dht.Providers;

/// <summary>
/// A name that providers gather under, and the keys it is kept at. Level 0 is one key, on the k nodes closest to it;
/// level n splits the name over 4^n keys, each elsewhere in the key space, so that no twenty nodes carry a popular
/// name alone. A provider's place on each level follows from its peer id. Pure; see <see cref="ProviderKeys"/>.
/// </summary>
public sealed record ProviderKey
{
    /// <summary>The deepest level: 256 keys.</summary>
    public const int MaxLevel = 4;

    /// <summary>By how many times the keys become more from level to level.</summary>
    public const int Fan = 4;

    /// <summary>The key of a name.</summary>
    public ProviderKey(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        Root = Multihash.Sha256(Encoding.UTF8.GetBytes(name));
    }

    /// <summary>What is hashed.</summary>
    public string Name { get; }

    /// <summary>The key of level 0: the SHA-256 of the name.</summary>
    public Multihash Root { get; }

    /// <summary>How many keys a level has.</summary>
    public static int BucketCount(int level)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, MaxLevel);
        int count = 1;
        for (int i = 0; i < level; i++)
        {
            count *= Fan;
        }

        return count;
    }

    /// <summary>The key of one bucket of a level.</summary>
    public Multihash Bucket(int level, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, BucketCount(level));
        return level == 0 ? Root : Multihash.Sha256(Encoding.UTF8.GetBytes($"{Name}#{level}/{index}"));
    }

    /// <summary>The bucket of a level that a provider belongs to.</summary>
    public static int BucketOf(PeerId provider, int level)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return KadKey.Of(provider).ToBytes()[^1] % BucketCount(level);
    }
}
