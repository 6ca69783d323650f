using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Infernet.Execution.Sampling;

namespace Infernet.Execution.Challenges;

/// <summary>
/// Random words from a seed, by their place: both sides of a challenge derive everything from a few seeds. The purpose
/// is hashed in, so that the uses of one seed have nothing in common.
/// </summary>
internal readonly struct SeedStream
{
    /// <summary>Length of a seed, in bytes.</summary>
    public const int SeedLength = 32;

    private readonly ulong _key;
    private readonly ulong _high;

    public SeedStream(ReadOnlySpan<byte> seed, string purpose)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. seed, .. Encoding.ASCII.GetBytes(purpose)], hash);
        _key = BinaryPrimitives.ReadUInt64LittleEndian(hash);
        _high = BinaryPrimitives.ReadUInt64LittleEndian(hash[sizeof(ulong)..]);
    }

    /// <summary>128 random bits for a place.</summary>
    public (ulong Low, ulong High) this[ulong place] => Philox.Next(_key, place, _high);

    /// <summary>Draws so many different numbers below <paramref name="below"/>, in the order of the draw.</summary>
    public IReadOnlyList<int> DrawDistinct(int count, int below)
    {
        var drawn = new List<int>();
        var seen = new HashSet<int>();
        for (ulong place = 0; drawn.Count < Math.Min(count, below); place++)
        {
            int number = (int)(((UInt128)this[place].Low * (ulong)below) >> 64);
            if (seen.Add(number))
            {
                drawn.Add(number);
            }
        }

        return drawn;
    }
}
