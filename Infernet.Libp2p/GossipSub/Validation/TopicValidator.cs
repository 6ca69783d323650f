using System.Threading.Channels;
using Infernet.Libp2p.GossipSub.Routing;
using Microsoft.Extensions.Logging;

namespace Infernet.Libp2p.GossipSub.Validation;

/// <summary>
/// Runs the application's validator of one topic: a few messages at a time, the others wait. How many may wait is
/// bounded by the router, which knows whose they are.
/// </summary>
internal sealed partial class TopicValidator : IAsyncDisposable
{
    private readonly string _topic;
    private readonly Func<GossipMessage, CancellationToken, ValueTask<MessageVerdict>> _validate;
    private readonly Action<IncomingMessage, MessageVerdict> _decided;
    private readonly ILogger _log;
    private readonly Channel<IncomingMessage> _waiting;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _working;

    public TopicValidator(
        string topic, Func<GossipMessage, CancellationToken, ValueTask<MessageVerdict>> validate,
        GossipSubLimits limits, Action<IncomingMessage, MessageVerdict> decided, ILogger log)
    {
        (_topic, _validate, _decided, _log) = (topic, validate, decided, log);
        _waiting = Channel.CreateBounded<IncomingMessage>(limits.MaxPendingPerTopic);
        _working = Task.WhenAll(Enumerable.Range(0, limits.MaxConcurrentValidations).Select(_ => Task.Run(WorkAsync)));
    }

    /// <summary>
    /// Takes a message in; false once the validator is closing, or is full against the router's word.
    /// </summary>
    public bool TryAdd(IncomingMessage message) => _waiting.Writer.TryWrite(message);

    /// <summary>Ends what is under way; messages that still wait are ignored.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _working.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task WorkAsync()
    {
        await foreach (IncomingMessage message in _waiting.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            _decided(message, await ValidateAsync(message.Message).ConfigureAwait(false));
        }
    }

    private async ValueTask<MessageVerdict> ValidateAsync(GossipMessage message)
    {
        if (_stopping.IsCancellationRequested)
        {
            return MessageVerdict.Ignore;
        }

        try
        {
            return await _validate(message, _stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return MessageVerdict.Ignore;
        }
        catch (Exception defect)
        {
            // The validator's own fault: no peer is to be blamed for it.
            LogFailed(_topic, defect);
            return MessageVerdict.Ignore;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The validator of {Topic} failed")]
    private partial void LogFailed(string topic, Exception defect);
}
