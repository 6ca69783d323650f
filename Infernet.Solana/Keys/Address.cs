using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Infernet.Core.Multiformats;

namespace Infernet.Solana.Keys;

/// <summary>An account's address: 32 bytes, written in base58. The default value is the system program's.</summary>
public readonly struct Address : IEquatable<Address>
{
    public const int Length = 32;

    /// <summary>No address of 32 bytes is written with more characters.</summary>
    public const int MaxTextLength = 44;

    private readonly Bytes _bytes;

    /// <summary>The address of exactly 32 bytes.</summary>
    public Address(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Length);
        bytes.CopyTo(_bytes);
    }

    [UnscopedRef]
    public ReadOnlySpan<byte> Span => _bytes;

    /// <summary>Parses base58, or says that the text is no address.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Address address)
    {
        address = default;
        if (text.Length > MaxTextLength || !Base58.TryDecode(text, out byte[] bytes) || bytes.Length != Length)
        {
            return false;
        }

        address = new Address(bytes);
        return true;
    }

    /// <summary>Parses base58.</summary>
    /// <exception cref="FormatException">The text is no address.</exception>
    public static Address Parse(string text) => TryParse(text, out Address address)
        ? address
        : throw new FormatException($"'{text}' is no Solana address: 32 bytes in base58 are needed.");

    public byte[] ToArray() => Span.ToArray();

    public bool Equals(Address other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is Address other && Equals(other);

    // Somebody may choose addresses that share their first bytes; all of them are hashed, under a per-process seed.
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    public override string ToString() => Base58.Encode(Span);

    public static bool operator ==(Address left, Address right) => left.Equals(right);

    public static bool operator !=(Address left, Address right) => !left.Equals(right);

    [InlineArray(Length)]
    private struct Bytes
    {
        private byte _first;
    }
}
