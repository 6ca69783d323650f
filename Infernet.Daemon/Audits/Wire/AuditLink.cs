using System.IO.Pipelines;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Messages;

namespace Infernet.Daemon.Audits.Wire;

/// <summary>Messages of the audit protocol over a byte stream; one side sends at a time, so nothing is queued.</summary>
internal sealed class AuditLink(IDuplexPipe pipe, PeerId remote, Func<ValueTask> close, int maxSize) : IAsyncDisposable
{
    /// <summary>The peer at the other end.</summary>
    public PeerId Remote => remote;

    /// <summary>An auditor's end of a stream, on which requests come.</summary>
    public static AuditLink Serving(PeerStream stream) =>
        new(stream, stream.RemotePeer, () => stream.DisposeAsync(), AuditProtocol.MaxRequestSize);

    /// <summary>The end of who asks, to which only small answers come.</summary>
    public static AuditLink Asking(PeerStream stream) =>
        new(stream, stream.RemotePeer, () => stream.DisposeAsync(), AuditProtocol.MaxReplySize);

    /// <exception cref="IOException">The peer is gone.</exception>
    public ValueTask SendAsync(AuditMessage message, CancellationToken cancellationToken) =>
        LengthPrefixed.WriteAsync(pipe.Output, message, cancellationToken);

    /// <summary>The next message; null when the peer has closed its side.</summary>
    /// <exception cref="IOException">The stream was reset, or what came is no message of an allowed size.</exception>
    public ValueTask<AuditMessage?> ReadAsync(CancellationToken cancellationToken) =>
        LengthPrefixed.ReadAsync(pipe.Input, AuditMessage.Parser, maxSize, cancellationToken);

    public ValueTask DisposeAsync() => close();
}
