namespace Infernet.Core.Multiformats;

/// <summary>
/// Positional encodings whose radix is no power of two (base58btc, base36): the bytes are one big number.
/// Quadratic in the length, so callers bound what they pass.
/// </summary>
internal sealed class BaseX
{
    /// <summary>The longest text or byte string that is converted; identifiers are far shorter.</summary>
    public const int MaxLength = 1024;

    private readonly string _alphabet;
    private readonly sbyte[] _digits = new sbyte[128];

    public BaseX(string alphabet, bool ignoreCase = false)
    {
        _alphabet = alphabet;
        Array.Fill(_digits, (sbyte)-1);
        for (int i = 0; i < alphabet.Length; i++)
        {
            _digits[alphabet[i]] = (sbyte)i;
            if (ignoreCase)
            {
                _digits[char.ToUpperInvariant(alphabet[i])] = (sbyte)i;
            }
        }
    }

    public static BaseX Base58Btc { get; } = new("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz");

    public static BaseX Base36 { get; } = new("0123456789abcdefghijklmnopqrstuvwxyz", ignoreCase: true);

    public string Encode(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, MaxLength);
        int zeros = bytes.IndexOfAnyExcept((byte)0);
        zeros = zeros < 0 ? bytes.Length : zeros;
        var digits = new List<byte>();
        foreach (byte b in bytes[zeros..])
        {
            int carry = b;
            for (int i = 0; i < digits.Count; i++)
            {
                carry += digits[i] << 8;
                digits[i] = (byte)(carry % _alphabet.Length);
                carry /= _alphabet.Length;
            }

            for (; carry > 0; carry /= _alphabet.Length)
            {
                digits.Add((byte)(carry % _alphabet.Length));
            }
        }

        char[] text = new char[zeros + digits.Count];
        Array.Fill(text, _alphabet[0], 0, zeros);
        for (int i = 0; i < digits.Count; i++)
        {
            text[zeros + i] = _alphabet[digits[digits.Count - 1 - i]];
        }

        return new string(text);
    }

    public bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length > MaxLength)
        {
            return false;
        }

        int zeros = text.IndexOfAnyExcept(_alphabet[0]);
        zeros = zeros < 0 ? text.Length : zeros;
        var number = new List<byte>();
        foreach (char c in text[zeros..])
        {
            int carry = c < 128 ? _digits[c] : -1;
            if (carry < 0)
            {
                return false;
            }

            for (int i = 0; i < number.Count; i++)
            {
                carry += number[i] * _alphabet.Length;
                number[i] = (byte)carry;
                carry >>= 8;
            }

            for (; carry > 0; carry >>= 8)
            {
                number.Add((byte)carry);
            }
        }

        bytes = new byte[zeros + number.Count];
        for (int i = 0; i < number.Count; i++)
        {
            bytes[zeros + i] = number[number.Count - 1 - i];
        }

        return true;
    }
}
