using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Infernet.ContentStore.Chunking;

/// <summary>
/// The 256 random words of the Gear hash. They are part of what a CID means here and never change: word i is the first
/// eight bytes, big-endian, of SHA-256("infernet/gear/1" followed by the byte i), so nobody can have chosen them.
/// </summary>
internal static class GearTable
{
    public static readonly ulong[] Words = Make();

    private static ulong[] Make()
    {
        byte[] input = [.. Encoding.ASCII.GetBytes("infernet/gear/1"), 0];
        var words = new ulong[256];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        for (int i = 0; i < words.Length; i++)
        {
            input[^1] = (byte)i;
            SHA256.HashData(input, digest);
            words[i] = BinaryPrimitives.ReadUInt64BigEndian(digest);
        }

        return words;
    }
}
