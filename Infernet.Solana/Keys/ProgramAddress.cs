using System.Security.Cryptography;

namespace Infernet.Solana.Keys;

/// <summary>
/// Addresses that a program signs for: SHA-256 over seeds, program and a marker, off the curve, so that no key exists.
/// Source: https://solana.com/docs/core/pda.
/// </summary>
public static class ProgramAddress
{
    public const int MaxSeeds = 16;
    public const int MaxSeedLength = 32;

    private static ReadOnlySpan<byte> Marker => "ProgramDerivedAddress"u8;

    /// <summary>The address of exactly these seeds; false if it lies on the curve.</summary>
    public static bool TryCreate(Address program, IReadOnlyList<ReadOnlyMemory<byte>> seeds, out Address address)
    {
        Check(seeds, MaxSeeds);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ReadOnlyMemory<byte> seed in seeds)
        {
            hash.AppendData(seed.Span);
        }

        hash.AppendData(program.Span);
        hash.AppendData(Marker);
        address = new Address(hash.GetHashAndReset());
        return !EdwardsCurve.IsOnCurve(address.Span);
    }

    /// <summary>The first address off the curve, with the bump (from 255 downwards) that makes it so.</summary>
    public static (Address Address, byte Bump) Find(Address program, params IReadOnlyList<ReadOnlyMemory<byte>> seeds)
    {
        Check(seeds, MaxSeeds - 1);
        for (int bump = byte.MaxValue; bump >= 0; bump--)
        {
            if (TryCreate(program, [.. seeds, new byte[] { (byte)bump }], out Address address))
            {
                return (address, (byte)bump);
            }
        }

        // One in 2²⁵⁵: no caller can meet it.
        throw new InvalidOperationException("No bump gives an address off the curve.");
    }

    private static void Check(IReadOnlyList<ReadOnlyMemory<byte>> seeds, int max)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        if (seeds.Count > max)
        {
            throw new ArgumentException($"{seeds.Count} seeds; at most {max} are allowed.", nameof(seeds));
        }

        for (int i = 0; i < seeds.Count; i++)
        {
            if (seeds[i].Length > MaxSeedLength)
            {
                throw new ArgumentException(
                    $"Seed {i} has {seeds[i].Length} bytes; at most {MaxSeedLength} are allowed.", nameof(seeds));
            }
        }
    }
}
