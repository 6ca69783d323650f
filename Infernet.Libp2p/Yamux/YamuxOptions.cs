namespace Infernet.Libp2p.Yamux;

/// <summary>The limits of one multiplexed connection.</summary>
internal sealed record YamuxOptions
{
    /// <summary>Most streams that the peer may have open towards us.</summary>
    public int MaxInboundStreams { get; init; } = 1_024;

    /// <summary>Most streams of ours that the peer has not acknowledged; Yamux specification, "ACK backlog".</summary>
    public int MaxAckBacklog { get; init; } = 256;

    /// <summary>The largest window of a stream, which is also the most it may hold unread.</summary>
    public int MaxStreamWindow { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// What all streams together may hold unread beyond their initial windows of 256 KiB, in bytes.
    /// </summary>
    public int MaxExtraBuffer { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// What all streams together may hold unread, in bytes; the stream that would go beyond it is reset.
    /// </summary>
    public int MaxUnread { get; init; } = 128 * 1024 * 1024;

    /// <summary>Pings and resets that wait to be sent; a peer that causes more without reading is cut off.</summary>
    public int MaxQueuedControlFrames { get; init; } = 1_024;

    /// <summary>Frames in a row that carry nothing; more are a flood.</summary>
    public int MaxEmptyFrames { get; init; } = 10_000;

    /// <summary>Bytes a writer may have waiting for the window and the connection before its flush waits.</summary>
    public int MaxUnsentPerStream { get; init; } = 256 * 1024;

    /// <summary>Silence after which the peer is asked for a sign of life.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the peer may take to answer that.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a stream that is closed on our side waits for the peer to close it too.</summary>
    public TimeSpan LingerTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What such a stream still takes in before it is reset, in bytes.</summary>
    public int MaxLingerBytes { get; init; } = 256 * 1024;

    /// <summary>How long closing waits for the go-away to be sent.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A window that is used up by half in less than this is too small, whatever the round trip.</summary>
    public TimeSpan MinWindowTurnaround { get; init; } = TimeSpan.FromMilliseconds(4);

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
