using System.IO.Pipelines;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.Yamux;

namespace Infernet.Libp2p.Hosting;

/// <summary>
/// A bidirectional byte stream to a peer, bound to one protocol. Reading and writing are flow-controlled pipes;
/// a reset by the peer surfaces as <see cref="StreamResetException"/> on both. A stream that was opened for a
/// protocol which the peer was known to speak is negotiated along with the first data; should the peer have
/// forgotten it, the first read throws <see cref="ProtocolNotSupportedException"/>.
/// </summary>
public sealed class PeerStream : IDuplexPipe, IAsyncDisposable
{
    private readonly YamuxStream _stream;

    internal PeerStream(
        YamuxStream stream, PipeReader input, PeerId remote, Multiaddr remoteAddress, string protocol)
    {
        _stream = stream;
        Input = input;
        RemotePeer = remote;
        RemoteAddress = remoteAddress;
        Protocol = protocol;
    }

    /// <summary>The peer at the other end, proven by the handshake.</summary>
    public PeerId RemotePeer { get; }

    /// <summary>Where the peer is, as the connection's socket sees it.</summary>
    public Multiaddr RemoteAddress { get; }

    /// <summary>The protocol that was negotiated.</summary>
    public string Protocol { get; }

    /// <summary>Bytes from the peer; completes when it closes its side.</summary>
    public PipeReader Input { get; }

    /// <summary>Bytes to the peer; a flush waits while the peer's window is full.</summary>
    public PipeWriter Output => _stream.Output;

    /// <summary>Closes our side (half-close); the peer can still write.</summary>
    public ValueTask CloseWriteAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Output.CompleteAsync();
    }

    /// <summary>Ends the stream at once in both directions; unread and unsent bytes are lost.</summary>
    public void Reset() => _stream.Reset("The stream was reset by this side.");

    /// <summary>
    /// Says that the stream stays open for as long as the connection does, so that an otherwise idle connection may make
    /// room for another all the same.
    /// </summary>
    internal void MarkBackground() => _stream.MarkBackground();

    /// <summary>
    /// Closes our side behind what was written, and reads no more. The stream is reset if the peer does not close
    /// its own side within a while, or goes on sending.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        _stream.Linger();
        return ValueTask.CompletedTask;
    }
}
