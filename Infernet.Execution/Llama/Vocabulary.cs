using System.Collections;
using System.Text;
using Infernet.Execution.Llama.Native;

namespace Infernet.Execution.Llama;

/// <summary>
/// A model's tokens: text to ids by the library, ids to bytes by a table that is made once, since that is asked for
/// with every generated token. Safe to use from many threads.
/// </summary>
internal sealed unsafe class Vocabulary
{
    private readonly ModelHandle _model;
    private readonly nint _vocabulary;
    private readonly byte[] _pieces;
    private readonly int[] _ends;
    private readonly BitArray _ending;

    public Vocabulary(ModelHandle model, nint vocabulary)
    {
        _model = model;
        _vocabulary = vocabulary;
        Count = LlamaApi.llama_vocab_n_tokens(vocabulary);
        _ends = new int[Count];
        _ending = new BitArray(Count);
        var pieces = new MemoryStream();
        byte[] buffer = new byte[256];
        for (int token = 0; token < Count; token++)
        {
            pieces.Write(Piece(token, ref buffer));
            _ends[token] = (int)pieces.Length;
            _ending[token] = LlamaApi.llama_vocab_is_eog(vocabulary, token) != 0;
        }

        _pieces = pieces.ToArray();
    }

    /// <summary>How many tokens there are.</summary>
    public int Count { get; }

    /// <summary>The bytes that a token stands for: none for control tokens, perhaps half a character.</summary>
    public ReadOnlySpan<byte> Piece(int token)
    {
        int start = token == 0 ? 0 : _ends[token - 1];
        return _pieces.AsSpan(start, _ends[token] - start);
    }

    /// <summary>Whether a token ends the text.</summary>
    public bool IsEnd(int token) => _ending[token];

    /// <summary>
    /// The tokens of a text, with what the model wants at the beginning. The names of control tokens in it count as
    /// such: templates are written that way.
    /// </summary>
    public int[] Tokenize(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int[] tokens = new int[bytes.Length + 8];
        bool held = false;
        try
        {
            _model.DangerousAddRef(ref held);
            int count = Tokenize(bytes, tokens);
            if (count < 0)
            {
                tokens = new int[-count];
                count = Tokenize(bytes, tokens);
            }

            return tokens[..count];
        }
        finally
        {
            if (held)
            {
                _model.DangerousRelease();
            }
        }
    }

    /// <summary>The text of tokens.</summary>
    public string Detokenize(IEnumerable<int> tokens)
    {
        var bytes = new MemoryStream();
        foreach (int token in tokens)
        {
            bytes.Write(Piece(token));
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private int Tokenize(byte[] bytes, int[] tokens)
    {
        fixed (byte* text = bytes)
        fixed (int* ids = tokens)
        {
            return LlamaApi.llama_tokenize(_vocabulary, text, bytes.Length, ids, tokens.Length, 1, 1);
        }
    }

    private ReadOnlySpan<byte> Piece(int token, ref byte[] buffer)
    {
        while (true)
        {
            fixed (byte* piece = buffer)
            {
                int length = LlamaApi.llama_token_to_piece(_vocabulary, token, piece, buffer.Length, 0, 0);
                if (length >= 0)
                {
                    return buffer.AsSpan(0, length);
                }

                buffer = new byte[-length];
            }
        }
    }
}
