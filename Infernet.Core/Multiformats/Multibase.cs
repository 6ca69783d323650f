using System.Buffers.Text;

namespace Infernet.Core.Multiformats;

/// <summary>
/// Text forms of bytes that say their own base in the first character.
/// Source: https://github.com/multiformats/multibase. Known here: base16 (f), base32 (b), base36 (k),
/// base58btc (z), base64url (u).
/// </summary>
public static class Multibase
{
    /// <summary>Encodes in base32, the default of CIDv1.</summary>
    public static string EncodeBase32(ReadOnlySpan<byte> bytes) => 'b' + Base32.Encode(bytes);

    /// <summary>Encodes in base58btc, with the prefix <c>z</c>.</summary>
    public static string EncodeBase58(ReadOnlySpan<byte> bytes) => 'z' + BaseX.Base58Btc.Encode(bytes);

    /// <summary>Encodes in base64url without padding, with the prefix <c>u</c>.</summary>
    public static string EncodeBase64Url(ReadOnlySpan<byte> bytes) => 'u' + Base64Url.EncodeToString(bytes);

    /// <summary>Decodes a text in any of the known bases; false if the base is unknown or the text is broken.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        if (text.IsEmpty || text.Length > BaseX.MaxLength)
        {
            return false;
        }

        ReadOnlySpan<char> digits = text[1..];
        return text[0] switch
        {
            'b' or 'B' => Base32.TryDecode(digits, out bytes),
            'k' or 'K' => BaseX.Base36.TryDecode(digits, out bytes),
            'z' => BaseX.Base58Btc.TryDecode(digits, out bytes),
            'f' or 'F' => TryHex(digits, out bytes),
            'u' => TryBase64Url(digits, out bytes),
            _ => false,
        };
    }

    private static bool TryHex(ReadOnlySpan<char> digits, out byte[] bytes)
    {
        bytes = new byte[digits.Length / 2];
        return Convert.FromHexString(digits, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
    }

    private static bool TryBase64Url(ReadOnlySpan<char> digits, out byte[] bytes)
    {
        bytes = [];
        if (!Base64Url.IsValid(digits))
        {
            return false;
        }

        // .NET also takes white space, padding and stray bits at the end; then many texts would name the same bytes.
        byte[] decoded = Base64Url.DecodeFromChars(digits);
        if (!digits.SequenceEqual(Base64Url.EncodeToString(decoded)))
        {
            return false;
        }

        bytes = decoded;
        return true;
    }
}
