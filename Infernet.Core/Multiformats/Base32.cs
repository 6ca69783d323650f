namespace Infernet.Core.Multiformats;

/// <summary>RFC 4648 base32 in lower case without padding: how a CIDv1 is written by default.</summary>
internal static class Base32
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        char[] text = new char[(bytes.Length * 8 + 4) / 5];
        int bits = 0, count = 0, at = 0;
        foreach (byte b in bytes)
        {
            bits = (bits << 8) | b;
            for (count += 8; count >= 5;)
            {
                count -= 5;
                text[at++] = Alphabet[(bits >> count) & 31];
            }
        }

        if (count > 0)
        {
            text[at] = Alphabet[(bits << (5 - count)) & 31];
        }

        return new string(text);
    }

    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = new byte[text.Length * 5 / 8];
        int bits = 0, count = 0, at = 0;
        foreach (char c in text)
        {
            int digit = Alphabet.IndexOf(char.ToLowerInvariant(c));
            if (digit < 0)
            {
                return false;
            }

            bits = ((bits << 5) | digit) & 0xfff;
            count += 5;
            if (count >= 8)
            {
                count -= 8;
                bytes[at++] = (byte)(bits >> count);
            }
        }

        // Trailing bits must be zero and fewer than a digit, or two texts would name the same bytes.
        return count < 5 && (bits & ((1 << count) - 1)) == 0;
    }
}
