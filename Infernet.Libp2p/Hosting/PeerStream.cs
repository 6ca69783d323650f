using System.IO.Pipelines;
using Infernet.Core.Identity;

namespace Infernet.Libp2p.Hosting;

/// <summary>
/// A bidirectional byte stream to a peer, bound to one protocol. Reading and writing are flow-controlled pipes;
/// a reset by the peer surfaces as <see cref="StreamResetException"/> on both.
/// </summary>
public sealed class PeerStream : IDuplexPipe, IAsyncDisposable
{
    /// <summary>The peer at the other end, proven by the handshake.</summary>
    public PeerId RemotePeer => throw new NotImplementedException();

    /// <summary>The protocol that was negotiated.</summary>
    public string Protocol => throw new NotImplementedException();

    /// <summary>Bytes from the peer; completes when it closes its side.</summary>
    public PipeReader Input => throw new NotImplementedException();

    /// <summary>Bytes to the peer; a flush waits while the peer's window is full.</summary>
    public PipeWriter Output => throw new NotImplementedException();

    /// <summary>Closes our side (half-close); the peer can still write.</summary>
    public ValueTask CloseWriteAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Ends the stream at once in both directions; unread and unsent bytes are lost.</summary>
    public void Reset() => throw new NotImplementedException();

    /// <summary>Closes our side, and resets the stream if the peer has not closed its own.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
