using System.Collections.Concurrent;
using Infernet.Core.Identity;
using Infernet.Core.Schemas.Kad;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Messages;
using Microsoft.Extensions.Logging;

namespace Infernet.Dht.Protocol;

/// <summary>
/// Serves inbound streams: one request after the other until the peer closes its side, breaks a rule, or stays silent
/// for too long ("Implementations must handle additional RPC request messages on an incoming stream"). Thread-safe.
/// </summary>
internal sealed partial class KadServer(RequestHandler handler, DhtOptions options, ILogger logger)
{
    private readonly ConcurrentDictionary<PeerId, int> _streams = [];
    private long _served;
    private long _refused;

    public long Served => Interlocked.Read(ref _served);

    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Serves one stream to its end.</summary>
    public async Task ServeAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        PeerId peer = stream.RemotePeer;
        try
        {
            if (_streams.AddOrUpdate(peer, 1, static (_, count) => count + 1) > options.Messages.MaxServedStreamsPerPeer)
            {
                Refuse(stream, $"it has {options.Messages.MaxServedStreamsPerPeer} streams open already");
                return;
            }

            await ServeRequestsAsync(stream, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Only a count that is zero goes; if another stream came in between, it stays.
            _streams.AddOrUpdate(peer, 0, static (_, count) => count - 1);
            _streams.TryRemove(new KeyValuePair<PeerId, int>(peer, 0));
        }
    }

    private async Task ServeRequestsAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(options.Messages.ServedStreamIdleTimeout, options.Time);
        using CancellationTokenRegistration link = cancellationToken.UnsafeRegister(
            static source => ((CancellationTokenSource)source!).Cancel(), silence);
        try
        {
            while (await ServeOneAsync(stream, silence.Token).ConfigureAwait(false))
            {
                silence.CancelAfter(options.Messages.ServedStreamIdleTimeout);
            }

            await stream.CloseWriteAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception violation) when (violation is KadViolationException or MessageException)
        {
            Refuse(stream, violation.Message);
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException)
        {
            stream.Reset();
        }
    }

    private void Refuse(PeerStream stream, string reason)
    {
        Interlocked.Increment(ref _refused);
        LogRefused(stream.RemotePeer, reason);
        stream.Reset();
    }

    private async Task<bool> ServeOneAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        Message? request = await LengthPrefixed
            .ReadAsync(stream.Input, Message.Parser, options.Messages.MaxSize, cancellationToken)
            .ConfigureAwait(false);
        if (request is null)
        {
            return false;
        }

        Message? answer = handler.Handle(stream.RemotePeer, request);
        Interlocked.Increment(ref _served);
        if (answer is not null)
        {
            await LengthPrefixed.WriteAsync(stream.Output, answer, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Refused a DHT request of {Peer}: {Reason}")]
    private partial void LogRefused(PeerId peer, string reason);
}
