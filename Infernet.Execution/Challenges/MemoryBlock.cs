using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Infernet.Execution.Challenges;

/// <summary>
/// One block of memory-walk, 4 KiB, a function of its key alone. First it is filled word by word; then each pass
/// changes every word by one whose place the state before says, so no word of the end is known without all of the
/// passes, and each step waits for the one before: a block that was not kept takes its whole latency to get back.
/// </summary>
internal static unsafe class MemoryBlock
{
    /// <summary>Length, in bytes.</summary>
    public const int Length = 4_096;

    /// <summary>Steps that making a block takes, one after the other.</summary>
    public const int StepsToMake = Words * (1 + Passes);

    /// <summary>Steps that reading one takes, a word each.</summary>
    public const int StepsToRead = Words;

    private const int Words = Length / sizeof(ulong);
    private const int Passes = 4;
    private const int PlaceShift = 64 - 9;
    private const ulong Multiplier = 0xD1342543DE82EF95;
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private const uint DigestMultiplier = 0x85EBCA6B;
    private const uint DigestStep = 0x9E3779B9;

    /// <summary>Makes the block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Make(byte* block, (ulong Low, ulong High) key)
    {
        ulong* words = (ulong*)block;
        ulong state = key.Low;
        for (int i = 0; i < Words; i++)
        {
            state = (state ^ key.High) * Multiplier + Golden;
            state ^= state >> 29;
            words[i] = state;
        }

        for (int i = 0; i < Passes * Words; i++)
        {
            state = (state ^ words[state >> PlaceShift]) * Multiplier;
            state ^= state >> 32;
            words[i % Words] += state;
        }
    }

    /// <summary>
    /// Reads the block into a digest that depends on the one before in such a way that the whole block is needed for
    /// each new one: what is summed is neither linear in the block nor in the digest.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ulong Digest(byte* block, ulong before)
    {
        Vector256<uint> seed = Vector256.Create(before).AsUInt32() + Vector256<uint>.Indices * DigestStep;
        Vector256<uint> a = seed, b = seed * 3u, c = seed * 5u, d = seed * 7u;
        for (byte* end = block + Length; block < end; block += 4 * Vector256<byte>.Count)
        {
            a = Absorb(a, block);
            b = Absorb(b, block + Vector256<byte>.Count);
            c = Absorb(c, block + 2 * Vector256<byte>.Count);
            d = Absorb(d, block + 3 * Vector256<byte>.Count);
        }

        Vector256<ulong> folded = ((((a * DigestMultiplier ^ b) * DigestMultiplier) ^ c) * DigestMultiplier ^ d).AsUInt64();
        ulong digest = before;
        for (int i = 0; i < Vector256<ulong>.Count; i++)
        {
            digest = (BitOperations.RotateLeft(digest, 23) ^ folded[i]) * Multiplier;
        }

        return digest ^ digest >> 32;
    }

    private static Vector256<uint> Absorb(Vector256<uint> state, byte* place)
    {
        Vector256<uint> mixed = (state ^ Vector256.Load((uint*)place)) * DigestMultiplier;
        return mixed ^ mixed >>> 15;
    }
}
