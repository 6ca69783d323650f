using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Infernet.Execution.Sampling;

/// <summary>
/// A counter-based random generator, Philox 4x32 with ten rounds: a pure function from a key and a counter to random
/// bits, so any draw can be repeated without the draws before it.
/// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
/// </summary>
internal static class Philox
{
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>128 random bits of a 64-bit key and a 128-bit counter.</summary>
    public static (ulong Low, ulong High) Next(ulong key, ulong counterLow, ulong counterHigh)
    {
        (uint k0, uint k1) = ((uint)key, (uint)(key >> 32));
        (uint c0, uint c1) = ((uint)counterLow, (uint)(counterLow >> 32));
        (uint c2, uint c3) = ((uint)counterHigh, (uint)(counterHigh >> 32));
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = (ulong)Multiplier0 * c0;
            ulong product1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = (
                (uint)(product1 >> 32) ^ c1 ^ k0,
                (uint)product1,
                (uint)(product0 >> 32) ^ c3 ^ k1,
                (uint)product0);
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return (c0 | (ulong)c1 << 32, c2 | (ulong)c3 << 32);
    }

    /// <summary>
    /// The low 64 bits for four counters that differ in their upper half only, below 2^32; the same bits as one by one.
    /// Quick only on processors with <see cref="Avx2"/>.
    /// </summary>
    public static Vector256<ulong> NextLow(ulong key, uint counterLow, Vector256<ulong> counterHigh)
    {
        Vector256<ulong> multiplier0 = Vector256.Create((ulong)Multiplier0);
        Vector256<ulong> multiplier1 = Vector256.Create((ulong)Multiplier1);
        (uint k0, uint k1) = ((uint)key, (uint)(key >> 32));
        // Each lane holds a number of 32 bits in its lower half; nobody reads what is left in the upper one.
        Vector256<ulong> c0 = Vector256.Create((ulong)counterLow);
        Vector256<ulong> c1 = Vector256<ulong>.Zero;
        Vector256<ulong> c2 = counterHigh;
        Vector256<ulong> c3 = Vector256<ulong>.Zero;
        for (int round = 0; round < Rounds; round++)
        {
            Vector256<ulong> product0 = MultiplyLower(multiplier0, c0);
            Vector256<ulong> product1 = MultiplyLower(multiplier1, c2);
            c0 = (product1 >>> 32) ^ c1 ^ Vector256.Create((ulong)k0);
            c1 = product1;
            c2 = (product0 >>> 32) ^ c3 ^ Vector256.Create((ulong)k1);
            c3 = product0;
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return c0 & Vector256.Create((ulong)uint.MaxValue) | c1 << 32;
    }

    private static Vector256<ulong> MultiplyLower(Vector256<ulong> multiplier, Vector256<ulong> number) => Avx2.IsSupported
        ? Avx2.Multiply(multiplier.AsUInt32(), number.AsUInt32())
        : multiplier * (number & Vector256.Create((ulong)uint.MaxValue));
}
