using System.Text;

namespace Infernet.Execution.Text;

/// <summary>
/// Turns the bytes of tokens into text as they come. Bytes that may be the beginning of a stop text, or of a character,
/// are held back until the next ones decide; so what was taken once is never taken back.
/// </summary>
internal sealed class StreamingText
{
    private readonly (string Text, byte[] Bytes)[] _stops;
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _text = new();
    private byte[] _held = new byte[64];
    private int _heldLength;
    private int _taken;

    public StreamingText(IReadOnlyList<string> stops) =>
        _stops = [.. stops.Select(stop => (stop, Encoding.UTF8.GetBytes(stop)))];

    /// <summary>The stop text that appeared, if one did. Nothing is appended after that.</summary>
    public string? StopText { get; private set; }

    /// <summary>Adds a token's bytes; true when a stop text is complete.</summary>
    public bool Append(ReadOnlySpan<byte> bytes)
    {
        if (_stops.Length == 0)
        {
            Release(bytes, flush: false);
            return false;
        }

        Hold(bytes);
        int end = FindStop();
        if (StopText is null)
        {
            end -= PossibleStop();
        }

        Release(_held.AsSpan(0, end), flush: StopText is not null);
        _held.AsSpan(end, _heldLength - end).CopyTo(_held);
        _heldLength -= end;
        return StopText is not null;
    }

    /// <summary>Ends the text: what was held back without reason belongs to it after all.</summary>
    public void Finish()
    {
        if (StopText is null)
        {
            Release(_held.AsSpan(0, _heldLength), flush: true);
            _heldLength = 0;
        }
    }

    /// <summary>What has become certain since the last call.</summary>
    public string Take()
    {
        string taken = _text.ToString(_taken, _text.Length - _taken);
        _taken = _text.Length;
        return taken;
    }

    /// <summary>Everything that is certain so far.</summary>
    public override string ToString() => _text.ToString();

    private void Hold(ReadOnlySpan<byte> bytes)
    {
        if (_held.Length - _heldLength < bytes.Length)
        {
            Array.Resize(ref _held, Math.Max(_held.Length * 2, _heldLength + bytes.Length));
        }

        bytes.CopyTo(_held.AsSpan(_heldLength));
        _heldLength += bytes.Length;
    }

    /// <summary>Where the text ends: at the stop text that begins first, or at the end of what is held.</summary>
    private int FindStop()
    {
        ReadOnlySpan<byte> held = _held.AsSpan(0, _heldLength);
        int first = held.Length;
        foreach ((string text, byte[] stop) in _stops)
        {
            int at = held.IndexOf(stop);
            if (at >= 0 && at < first)
            {
                (first, StopText) = (at, text);
            }
        }

        return first;
    }

    /// <summary>How many of the last bytes may be the beginning of a stop text.</summary>
    private int PossibleStop()
    {
        ReadOnlySpan<byte> held = _held.AsSpan(0, _heldLength);
        int longest = 0;
        foreach ((_, byte[] stop) in _stops)
        {
            for (int length = Math.Min(stop.Length - 1, held.Length); length > longest; length--)
            {
                if (held[^length..].SequenceEqual(stop.AsSpan(0, length)))
                {
                    longest = length;
                }
            }
        }

        return longest;
    }

    private void Release(ReadOnlySpan<byte> bytes, bool flush)
    {
        const int PerCall = 128;
        Span<char> characters = stackalloc char[PerCall + 2];
        do
        {
            ReadOnlySpan<byte> part = bytes[..Math.Min(PerCall, bytes.Length)];
            bytes = bytes[part.Length..];
            _text.Append(characters[.._decoder.GetChars(part, characters, flush && bytes.IsEmpty)]);
        }
        while (!bytes.IsEmpty);
    }
}
