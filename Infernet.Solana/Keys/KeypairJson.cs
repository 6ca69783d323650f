using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Infernet.Core.Identity;

namespace Infernet.Solana.Keys;

/// <summary>
/// The text that the Solana CLI keeps a key pair in: a JSON array of 64 numbers, the seed and then the public key.
/// </summary>
internal static class KeypairJson
{
    /// <summary>Room for every number on a line of its own, indented.</summary>
    public const int MaxLength = 1024;

    public static byte[] Write(ReadOnlySpan<byte> seed)
    {
        byte[] secret = Ed25519.Expand(seed);
        var text = new StringBuilder("[", MaxLength);
        for (int i = 0; i < secret.Length; i++)
        {
            text.Append(i == 0 ? "" : ",").Append(secret[i].ToString(CultureInfo.InvariantCulture));
        }

        CryptographicOperations.ZeroMemory(secret);
        return Encoding.ASCII.GetBytes(text.Append(']').ToString());
    }

    /// <summary>
    /// Reads the seed; false with a reason that names what is wrong, and never shows a number of the key.
    /// </summary>
    public static bool TryReadSeed(ReadOnlySpan<byte> json, out byte[] seed, out string problem)
    {
        seed = [];
        byte[] secret = new byte[Ed25519.SecretKeyLength];
        if (!TryReadNumbers(json, secret, out problem))
        {
            return false;
        }

        byte[] expanded = Ed25519.Expand(secret.AsSpan(0, Ed25519.SeedLength));
        bool matches = CryptographicOperations.FixedTimeEquals(expanded, secret);
        if (matches)
        {
            seed = secret[..Ed25519.SeedLength];
        }
        else
        {
            problem = "holds a public key that is not the secret key's; it is damaged, restore it from a copy";
        }

        CryptographicOperations.ZeroMemory(expanded);
        CryptographicOperations.ZeroMemory(secret);
        return matches;
    }

    private static bool TryReadNumbers(ReadOnlySpan<byte> json, Span<byte> numbers, out string problem)
    {
        const string NotJson = "is no key pair in the Solana CLI's format (a JSON array of 64 numbers from 0 to 255)";
        problem = NotJson;
        var reader = new Utf8JsonReader(json);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            {
                return false;
            }

            int count = 0;
            for (; reader.Read() && reader.TokenType == JsonTokenType.Number; count++)
            {
                if (count == numbers.Length || !reader.TryGetByte(out numbers[count]))
                {
                    return false;
                }
            }

            problem = $"holds {count} numbers; a key pair in the Solana CLI's format has {numbers.Length}";
            if (reader.TokenType != JsonTokenType.EndArray)
            {
                problem = NotJson;
                return false;
            }

            return count == numbers.Length && !reader.Read();
        }
        catch (JsonException)
        {
            problem = NotJson;
            return false;
        }
    }
}
