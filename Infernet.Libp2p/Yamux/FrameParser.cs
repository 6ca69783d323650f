namespace Infernet.Libp2p.Yamux;

/// <summary>
/// Cuts a byte stream into frames without buffering their payload: each call yields the next piece of a frame.
/// Pure; the bytes may come in any portions.
/// </summary>
internal sealed class FrameParser
{
    private readonly byte[] _partialHeader = new byte[FrameHeader.Size];
    private int _headerLength;
    private FrameHeader _header;
    private uint _payloadLeft;

    /// <summary>Whether the bytes so far end between two frames.</summary>
    public bool IsBetweenFrames => _headerLength == 0 && _payloadLeft == 0;

    /// <summary>Takes the next piece from the input; false if the input is used up.</summary>
    /// <exception cref="YamuxConnectionException">A header breaks the specification.</exception>
    public bool TryRead(ref ReadOnlySpan<byte> input, out FramePiece piece)
    {
        piece = default;
        bool isFirst = _payloadLeft == 0;
        if (isFirst)
        {
            if (!TryReadHeader(ref input))
            {
                return false;
            }

            _payloadLeft = _header.Type == FrameType.Data ? _header.Length : 0;
        }
        else if (input.IsEmpty)
        {
            return false;
        }

        ReadOnlySpan<byte> payload = input[..(int)Math.Min((uint)input.Length, _payloadLeft)];
        input = input[payload.Length..];
        _payloadLeft -= (uint)payload.Length;
        piece = new FramePiece(_header, payload, isFirst, _payloadLeft == 0);
        return true;
    }

    private bool TryReadHeader(ref ReadOnlySpan<byte> input)
    {
        if (_headerLength == 0 && input.Length >= FrameHeader.Size)
        {
            _header = FrameHeader.Read(input);
            input = input[FrameHeader.Size..];
            return true;
        }

        int count = Math.Min(FrameHeader.Size - _headerLength, input.Length);
        input[..count].CopyTo(_partialHeader.AsSpan(_headerLength));
        input = input[count..];
        _headerLength += count;
        if (_headerLength < FrameHeader.Size)
        {
            return false;
        }

        _headerLength = 0;
        _header = FrameHeader.Read(_partialHeader);
        return true;
    }
}
