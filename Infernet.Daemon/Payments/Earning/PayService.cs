using System.Collections.Concurrent;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Messages;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>The payee's end of <see cref="PayProtocol"/>: one message, one answer, and the stream is over.</summary>
internal sealed partial class PayService(PayDesk desk, EarningOptions options, TimeProvider time, ILogger log)
    : IAsyncDisposable
{
    private readonly PayAdmission _admission = new(options);
    private readonly ConcurrentDictionary<TaskCompletionSource, bool> _serving = new();
    private readonly CancellationTokenSource _stopped = new();
    private volatile bool _stopping;

    /// <summary>Serves a stream that a peer opened.</summary>
    public async Task ServeAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        await using PeerStream closing = stream;
        var ended = new TaskCompletionSource();
        _serving.TryAdd(ended, true);
        try
        {
            if (!_stopping)
            {
                await AnswerAsync(stream, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            LogGone(stream.RemotePeer, gone.Message);
            stream.Reset();
        }
        finally
        {
            _serving.TryRemove(ended, out _);
            ended.SetResult();
        }
    }

    /// <summary>Hears nobody any more.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;
        await _stopped.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_serving.Keys.Select(s => s.Task)).ConfigureAwait(false);
        _stopped.Dispose();
        _admission.Dispose();
    }

    private async Task AnswerAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopped.Token);
        bool isPayer = desk.IsPayer(stream.RemotePeer);
        if (_admission.TryEnter(stream.RemotePeer, isPayer) is { } refusal)
        {
            await SendAsync(stream, new PaymentAnswer { Problem = refusal }, linked.Token).ConfigureAwait(false);
            return;
        }

        try
        {
            if (await ReadAsync(stream, linked.Token).ConfigureAwait(false) is { } message)
            {
                await SendAsync(
                    stream,
                    await desk.AnswerAsync(message, stream.RemotePeer, linked.Token).ConfigureAwait(false),
                    linked.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            _admission.Leave(stream.RemotePeer, isPayer);
        }
    }

    private async Task<PayMessage?> ReadAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.MessageTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        return await LengthPrefixed
            .ReadAsync(stream.Input, PayMessage.Parser, PayProtocol.MaxMessageSize, linked.Token).ConfigureAwait(false);
    }

    private static async Task SendAsync(PeerStream stream, PaymentAnswer answer, CancellationToken cancellationToken)
    {
        await LengthPrefixed.WriteAsync(stream.Output, answer, cancellationToken).ConfigureAwait(false);
        await stream.CloseWriteAsync(cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A payer's stream ended, {Peer}: {Reason}")]
    private partial void LogGone(PeerId peer, string reason);
}
