namespace Infernet.Libp2p.Yamux;

/// <summary>
/// Cuts what the read loop received into frames and hands each to one method. A stream's error resets the stream
/// here; a connection's error leaves as <see cref="YamuxConnectionException"/> for the read loop.
/// </summary>
internal sealed class FrameDispatcher(
    YamuxSession session, StreamTable streams, FrameSender sender, KeepAlive keepAlive, YamuxOptions options,
    Action<YamuxStream> onInbound)
{
    private readonly FrameParser _parser = new();
    private int _emptyFrames;

    /// <summary>Whether the peer has said that it closes the connection.</summary>
    public bool IsRemoteLeaving { get; private set; }

    public void Process(ReadOnlySpan<byte> input)
    {
        while (_parser.TryRead(ref input, out FramePiece piece))
        {
            switch (piece.Header.Type)
            {
                case FrameType.Ping:
                    OnPing(piece.Header);
                    break;
                case FrameType.GoAway:
                    OnGoAway(piece.Header);
                    break;
                default:
                    OnStreamFrame(piece);
                    break;
            }
        }
    }

    private void OnStreamFrame(in FramePiece piece)
    {
        bool isNew = piece.IsFirst && piece.Header.Flags.HasFlag(FrameFlags.Syn);
        YamuxStream? stream = isNew ? AcceptStream(piece.Header) : FindStream(piece.Header);
        if (stream is null)
        {
            return;
        }

        try
        {
            HandleStreamFrame(stream, piece);
        }
        catch (YamuxStreamException broken)
        {
            stream.Reset(broken.Message);
        }

        // Only now, so that the handler finds what came with the opening frame.
        if (isNew)
        {
            onInbound(stream);
        }
    }

    private void HandleStreamFrame(YamuxStream stream, in FramePiece piece)
    {
        FrameHeader header = piece.Header;
        if (piece.IsFirst)
        {
            CountEmpty(header);
            session.Acknowledge(stream);
        }

        if (header.Type == FrameType.WindowUpdate)
        {
            stream.OnWindowUpdate(header.Length);
        }
        else if (!piece.Payload.IsEmpty)
        {
            stream.OnData(piece.Payload);
        }

        if (piece.IsLast && header.Flags.HasFlag(FrameFlags.Reset))
        {
            stream.Abort(new Hosting.StreamResetException("The peer reset the stream."));
        }
        else if (piece.IsLast && header.Flags.HasFlag(FrameFlags.Fin))
        {
            stream.OnFin();
        }
    }

    // Null for frames of streams that are over: those may have crossed our own end of the stream.
    private YamuxStream? FindStream(FrameHeader header)
    {
        YamuxStream? stream = streams.Find(header.StreamId);
        return stream is null && !streams.WasOpened(header.StreamId)
            ? throw Broken($"a {header.Type} frame came for the stream {header.StreamId}, which was never opened")
            : stream;
    }

    private YamuxStream? AcceptStream(FrameHeader header)
    {
        switch (streams.CanAccept(header.StreamId))
        {
            case StreamAdmission.WrongSide:
                throw Broken($"the peer opened the stream {header.StreamId}, an id of ours");
            case StreamAdmission.InUse:
                throw Broken($"the peer opened the stream {header.StreamId} twice");
            case StreamAdmission.TooMany:
                sender.Enqueue(new FrameHeader(FrameType.WindowUpdate, FrameFlags.Reset, header.StreamId, 0));
                return null;
        }

        var stream = new YamuxStream(session, header.StreamId, isInbound: true, options, default);
        streams.Accept(stream, options.Time.GetTimestamp());
        return session.AbortIfOver(stream) ? null : stream;
    }

    private void OnPing(FrameHeader header)
    {
        // "Flag Field": SYN asks, ACK answers; the value is echoed.
        if (header.Flags.HasFlag(FrameFlags.Syn))
        {
            sender.Enqueue(header with { Flags = FrameFlags.Ack });
        }
        else
        {
            keepAlive.OnAnswer(header.Length);
        }
    }

    private void OnGoAway(FrameHeader header)
    {
        IsRemoteLeaving = true;
        string why = header.Length switch
        {
            (uint)GoAwayCode.Normal => "The peer closes the connection.",
            (uint)GoAwayCode.ProtocolError => "The peer says that this side broke the protocol.",
            (uint)GoAwayCode.InternalError => "The peer closes the connection because of an internal error.",
            _ => $"The peer closes the connection with the unknown code {header.Length}.",
        };

        // After a normal go-away the open streams may still end; the peer closes the connection behind them.
        if (header.Length != (uint)GoAwayCode.Normal || streams.Count == 0)
        {
            throw new EndOfStreamException(why);
        }
    }

    private void CountEmpty(FrameHeader header)
    {
        bool isEmpty = header is { Length: 0, Flags: FrameFlags.None };
        _emptyFrames = isEmpty ? _emptyFrames + 1 : 0;
        if (_emptyFrames > options.MaxEmptyFrames)
        {
            throw Broken($"more than {options.MaxEmptyFrames} empty frames came in a row");
        }
    }

    private static YamuxConnectionException Broken(string what) =>
        new(GoAwayCode.ProtocolError, $"Yamux: {what}.");
}
