using System.Text;

namespace Infernet.Execution.Gguf;

/// <summary>
/// Refuses vocabularies over which the library ends the process: those that have a token twice, and those of
/// SentencePiece that can't spell every byte.
/// </summary>
internal sealed class VocabularyCheck
{
    private const string SentencePiece = "llama";

    private int _missingByte = -1;

    /// <summary>Reads the tokens' texts.</summary>
    public void Read(GgufReader reader, ulong count)
    {
        var seen = new HashSet<string>();
        for (ulong i = 0; i < count; i++)
        {
            // Latin-1 keeps bytes apart that are no UTF-8. The library reads up to the first zero byte, and gives
            // empty tokens names of their own.
            string token = Encoding.Latin1.GetString(reader.ReadBytes()).Split('\0')[0];
            if (token.Length > 0 && !seen.Add(token))
            {
                throw new GgufFormatException(ModelLoadError.Malformed, $"its vocabulary has the token {i} twice");
            }
        }

        _missingByte = Enumerable.Range(0, 256)
            .Where(value => !seen.Contains($"<0x{value:X2}>") && !seen.Contains(((char)value).ToString()))
            .FirstOrDefault(-1);
    }

    /// <summary>Called when it is known which tokenizer the vocabulary is for.</summary>
    public void Finish(string? tokenizer)
    {
        if (tokenizer == SentencePiece && _missingByte >= 0)
        {
            throw new GgufFormatException(
                ModelLoadError.Malformed, $"its vocabulary has no token for the byte 0x{_missingByte:X2}");
        }
    }
}
