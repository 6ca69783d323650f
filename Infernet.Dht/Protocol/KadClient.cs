using System.IO.Pipelines;
using Infernet.Core.Identity;
using Infernet.Core.Schemas.Kad;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Messages;

namespace Infernet.Dht.Protocol;

/// <summary>
/// Sends requests to peers over the host, on idle streams where there are any. Every failure is a value that says at
/// which stage it happened; only the caller's own cancellation throws. Thread-safe.
/// </summary>
internal sealed class KadClient(Libp2pHost host, DhtOptions options) : IAsyncDisposable
{
    private readonly StreamPool _pool = new(options.Messages, options.Time);
    private int _inFlight;
    private long _sent;
    private long _failed;

    public int InFlight => Volatile.Read(ref _inFlight);

    public long Sent => Interlocked.Read(ref _sent);

    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Sends a request and reads its answer.</summary>
    public Task<KadReply> RequestAsync(PeerId peer, Message request, CancellationToken cancellationToken) =>
        CountAsync(peer, request, reuse: true, cancellationToken);

    /// <summary>
    /// Sends a message that has no answer. The peer's closing its side after ours tells that it has read it, so the
    /// stream is a new one: on one that was idle, the peer might have closed its side before.
    /// </summary>
    public Task<KadReply> SendAsync(PeerId peer, Message message, CancellationToken cancellationToken) =>
        CountAsync(peer, message, reuse: false, cancellationToken);

    /// <summary>Closes the idle streams to a peer that went away.</summary>
    public ValueTask ForgetAsync(PeerId peer) => _pool.CloseAsync(peer);

    /// <summary>Closes streams that were idle for too long.</summary>
    public ValueTask SweepAsync() => _pool.SweepAsync();

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    private async Task<KadReply> CountAsync(
        PeerId peer, Message message, bool reuse, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _inFlight);
        Interlocked.Increment(ref _sent);
        try
        {
            KadReply reply = await TryAsync(peer, message, reuse, cancellationToken).ConfigureAwait(false);
            Interlocked.Add(ref _failed, reply.IsFailure ? 1 : 0);
            return reply;
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private async Task<KadReply> TryAsync(
        PeerId peer, Message message, bool reuse, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.RequestTimeout, options.Time);
        using CancellationTokenRegistration link = cancellationToken.UnsafeRegister(
            static source => ((CancellationTokenSource)source!).Cancel(), timeout);
        try
        {
            if (reuse && _pool.TryRent(peer) is { } idle)
            {
                KadReply reply = await UseAsync(idle, message, ExchangeAsync, timeout.Token).ConfigureAwait(false);
                if (reply.Failure != KadFailure.StreamLost)
                {
                    return reply;
                }

                // The peer may have closed the stream for having been idle; that says nothing about the request.
            }

            PeerStream fresh = await host.OpenStreamAsync(peer, options.Protocol, timeout.Token).ConfigureAwait(false);
            return await UseAsync(fresh, message, reuse ? ExchangeAsync : DeliverAsync, timeout.Token)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return KadReply.Failed(KadFailure.TimedOut, $"no answer within {options.RequestTimeout}");
        }
        catch (Exception failure) when (failure is DialException or ProtocolNotSupportedException)
        {
            return KadReply.Failed(KadFailure.Unreachable, failure.Message);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            return KadReply.Failed(KadFailure.StreamLost, failure.Message);
        }
    }

    /// <summary>Uses a stream; it goes back to the pool by <paramref name="use"/>, or is reset here.</summary>
    private static async Task<KadReply> UseAsync(
        PeerStream stream, Message message, Func<PeerStream, Message, CancellationToken, Task<KadReply>> use,
        CancellationToken cancellationToken)
    {
        try
        {
            return await use(stream, message, cancellationToken).ConfigureAwait(false);
        }
        catch (MessageException broken)
        {
            stream.Reset();
            return KadReply.Failed(KadFailure.BrokeProtocol, broken.Message);
        }
        catch (IOException lost) when (lost is not ProtocolNotSupportedException)
        {
            stream.Reset();
            return KadReply.Failed(KadFailure.StreamLost, lost.Message);
        }
        catch
        {
            stream.Reset();
            throw;
        }
    }

    private async Task<KadReply> ExchangeAsync(
        PeerStream stream, Message request, CancellationToken cancellationToken)
    {
        await LengthPrefixed.WriteAsync(stream.Output, request, cancellationToken).ConfigureAwait(false);
        Message? answer = await LengthPrefixed
            .ReadAsync(stream.Input, Message.Parser, options.Messages.MaxSize, cancellationToken)
            .ConfigureAwait(false);
        if (answer is null)
        {
            stream.Reset();
            return KadReply.Failed(KadFailure.StreamLost, "the peer closed the stream instead of answering");
        }

        if (answer.Type != request.Type)
        {
            throw new MessageException($"A {request.Type} was answered by a {answer.Type}.");
        }

        await _pool.ReturnAsync(stream).ConfigureAwait(false);
        return KadReply.Answered(answer);
    }

    private static async Task<KadReply> DeliverAsync(
        PeerStream stream, Message message, CancellationToken cancellationToken)
    {
        await LengthPrefixed.WriteAsync(stream.Output, message, cancellationToken).ConfigureAwait(false);
        await stream.CloseWriteAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            ReadResult read = await stream.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (!read.Buffer.IsEmpty)
            {
                throw new MessageException($"A {message.Type} has no answer, but the peer sent one.");
            }

            stream.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
                return KadReply.Taken;
            }
        }
    }
}
