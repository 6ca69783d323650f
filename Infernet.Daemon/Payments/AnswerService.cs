using System.Collections.Concurrent;
using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Daemon.Payments.Earning;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Messages;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Payments;

/// <summary>The answering end of a protocol: one message, one answer, and the stream is over.</summary>
/// <param name="protocol">What is answered, and how.</param>
/// <param name="options">How much peers may say.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where streams that broke are told.</param>
internal sealed partial class AnswerService<TMessage, TAnswer>(
    OneAnswer<TMessage, TAnswer> protocol, EarningOptions options, TimeProvider time, ILogger log) : IAsyncDisposable
    where TMessage : class, IMessage<TMessage>
    where TAnswer : IMessage
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
        bool isKnown = protocol.IsKnown(stream.RemotePeer);
        if (_admission.TryEnter(stream.RemotePeer, isKnown) is { } refusal)
        {
            await SendAsync(stream, protocol.Refuse(refusal), linked.Token).ConfigureAwait(false);
            return;
        }

        try
        {
            if (await ReadAsync(stream, linked.Token).ConfigureAwait(false) is { } message)
            {
                await SendAsync(
                    stream,
                    await protocol.AnswerAsync(message, stream.RemotePeer, linked.Token).ConfigureAwait(false),
                    linked.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            _admission.Leave(stream.RemotePeer, isKnown);
        }
    }

    private async Task<TMessage?> ReadAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.MessageTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        return await LengthPrefixed
            .ReadAsync(stream.Input, protocol.Parser, protocol.MaxMessageSize, linked.Token).ConfigureAwait(false);
    }

    private static async Task SendAsync(PeerStream stream, TAnswer answer, CancellationToken cancellationToken)
    {
        await LengthPrefixed.WriteAsync(stream.Output, answer, cancellationToken).ConfigureAwait(false);
        await stream.CloseWriteAsync(cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A stream ended, {Peer}: {Reason}")]
    private partial void LogGone(PeerId peer, string reason);
}
