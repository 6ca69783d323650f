using Google.Protobuf;
using Infernet.Core.Multiformats;

namespace Infernet.Core.Payments;

/// <summary>
/// What is paid in: lamports, or the units of one token mint. Compares by value; immutable.
/// </summary>
public sealed record Asset
{
    /// <summary>Bytes of a mint's address; lamports have all of them zero.</summary>
    public const int MintLength = 32;

    /// <summary>More decimals than any amount of 64 bits can use.</summary>
    public const int MaxDecimals = 19;

    private Asset(ByteString mint, int decimals, string symbol)
    {
        Mint = mint;
        Decimals = decimals;
        Symbol = symbol;
    }

    /// <summary>Lamports: 10⁹ make a SOL.</summary>
    public static Asset Sol { get; } = new(ByteString.Empty, 9, "SOL");

    /// <summary>The mint as messages carry it: 32 bytes, or empty for lamports.</summary>
    public ByteString Mint { get; }

    /// <summary>One whole is 10 to this power of the smallest unit.</summary>
    public int Decimals { get; }

    /// <summary>What people call a whole: "SOL", or the mint's address cut short.</summary>
    public string Symbol { get; }

    public bool IsLamports => Mint.IsEmpty;

    /// <summary>The mint's 32 bytes, all zero for lamports, as the chain's programs have it.</summary>
    public byte[] MintBytes => IsLamports ? new byte[MintLength] : Mint.ToByteArray();

    /// <summary>What people call the smallest unit.</summary>
    public string UnitName => IsLamports ? AmountText.Lamports : AmountText.Units;

    /// <summary>The asset of a mint; that of 32 zero bytes are lamports, whatever decimals are said.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The mint has not 32 bytes, or the decimals make no sense.
    /// </exception>
    public static Asset Of(ReadOnlySpan<byte> mint, int decimals)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(mint.Length, MintLength);
        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decimals, MaxDecimals);
        return mint.ContainsAnyExcept((byte)0)
            ? new Asset(ByteString.CopyFrom(mint), decimals, Shortened(Base58.Encode(mint)))
            : Sol;
    }

    /// <summary>Whether a message's mint is this one; lamports are empty there, or 32 zero bytes.</summary>
    public bool Is(ByteString mint)
    {
        ArgumentNullException.ThrowIfNull(mint);
        return TryNormalize(mint, out ByteString normal) && normal.Equals(Mint);
    }

    /// <summary>A message's mint in its one form; false if it is neither empty nor 32 bytes long.</summary>
    public static bool TryNormalize(ByteString mint, out ByteString normal)
    {
        ArgumentNullException.ThrowIfNull(mint);
        normal = mint.Length == MintLength && !mint.Span.ContainsAnyExcept((byte)0) ? ByteString.Empty : mint;
        return normal.Length is 0 or MintLength;
    }

    /// <summary>The whole mint for people who must tell two apart: "SOL", or all of its address.</summary>
    public static string NameOf(ByteString mint) =>
        TryNormalize(mint, out ByteString normal)
            ? normal.IsEmpty ? Sol.Symbol : Base58.Encode(normal.Span)
            : $"a mint of {mint.Length} bytes";

    /// <summary>An amount of this asset for people, exact.</summary>
    public string Show(ulong amount) => AmountText.Format(amount, this);

    private static string Shortened(string address) => $"{address[..4]}…{address[^4..]}";
}
