namespace Infernet.Core.Multiformats;

/// <summary>Bitcoin's base58 without a multibase prefix: peer ids and Solana addresses are written so.</summary>
public static class Base58
{
    /// <summary>Encodes at most 1,024 bytes.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => BaseX.Base58Btc.Encode(bytes);

    /// <summary>Decodes at most 1,024 characters; false if one of them is no base58 digit.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes) =>
        BaseX.Base58Btc.TryDecode(text, out bytes);
}
