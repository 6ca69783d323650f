using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Wire;
using Infernet.Daemon.Payments.Earning;
using Infernet.Execution;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Jobs.Providing;

/// <summary>
/// Drives one <see cref="ProviderSession"/>: reads the aggregator's messages, lets the engine answer every item of
/// every shard at once (its batch takes what it can), sends each output as it is there, and a signed receipt for each
/// shard. When the stream ends, so does the work.
/// </summary>
internal sealed partial class ProviderDriver : IDisposable
{
    /// <summary>Vouchers that may be on their way to the journal before the next message is read.</summary>
    private const int MaxTaking = 16;

    private readonly JobLink _link;
    private readonly NodeIdentity _identity;
    private readonly ProviderLimits _limits;
    private readonly ProviderSession _session;
    private readonly TimeProvider _time;
    private readonly Action<int> _served;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, (ShardWork Work, Task Computing)> _work = [];
    private readonly CancellationTokenSource _ended = new();
    private readonly Queue<Task<string?>> _taking = [];
    private PaidWork? _earning;

    /// <param name="link">The stream; stays its caller's.</param>
    /// <param name="identity">Signs the receipts.</param>
    /// <param name="limits">What the aggregator may ask for.</param>
    /// <param name="session">The rules.</param>
    /// <param name="time">The clock of receipts and time-outs.</param>
    /// <param name="served">Told the tokens of each shard that was computed.</param>
    /// <param name="log">Where violations go.</param>
    public ProviderDriver(
        JobLink link, NodeIdentity identity, ProviderLimits limits, ProviderSession session, TimeProvider time,
        Action<int> served, ILogger log) =>
        (_link, _identity, _limits, _session, _time, _served, _log) =
            (link, identity, limits, session, time, served, log);

    /// <summary>Makes the envelope of a shard's receipt.</summary>
    public Func<NodeIdentity, Receipt, byte[]> SealReceipt { get; init; } = ReceiptEnvelope.Seal;

    /// <summary>Takes the receipts that the aggregator signed for. Must return at once.</summary>
    public Action<AcknowledgedReceipt> Acknowledged { get; init; } = _ => { };

    /// <summary>Says whether an offer pays; null where all work is free.</summary>
    public Func<Offer, PeerId, CancellationToken, Task<EarnerAnswer>>? Earn { get; init; }

    /// <summary>Serves the job until its aggregator closes the stream, breaks the protocol, or falls silent.</summary>
    /// <returns>False when the stream is to be reset.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReadLoopAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            LogGone(_link.Remote, gone.Message);
            return false;
        }
        finally
        {
            await _ended.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(Computing()).ConfigureAwait(false);
            _earning?.Hurry();
            await ((Task)Task.WhenAll(_taking)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Stops all work; receipts for what is finished still go out, as far as the time allows.</summary>
    public async Task StopAsync()
    {
        Task[] computing = Computing();
        lock (_lock)
        {
            foreach ((ShardWork work, _) in _work.Values)
            {
                work.Cancel();
            }
        }

        using var limit = new CancellationTokenSource(_limits.StopTimeout, _time);
        await Task.WhenAll(computing).WaitAsync(limit.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _link.FlushAsync(limit.Token).AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        _earning?.Dispose();
        _ended.Dispose();
    }

    private Task[] Computing()
    {
        lock (_lock)
        {
            return [.. _work.Values.Select(w => w.Computing)];
        }
    }

    private async Task<bool> ReadLoopAsync(CancellationToken cancellationToken)
    {
        while (await ReadAsync(cancellationToken).ConfigureAwait(false) is { } message)
        {
            SessionStep step;
            lock (_lock)
            {
                step = _session.Receive(message, _time.GetUtcNow());
            }

            if (step is SessionStep.Consider consider)
            {
                step = await ConsiderAsync(consider.Offer, cancellationToken).ConfigureAwait(false);
            }

            switch (step)
            {
                case SessionStep.Pay or SessionStep.Withhold:
                    _taking.Enqueue(TakeAsync(step, cancellationToken));
                    if (await FindWrongAsync().ConfigureAwait(false) is { } wrong)
                    {
                        LogViolation(_link.Remote, wrong);
                        return false;
                    }

                    break;
                case SessionStep.Reply reply:
                    await _link.SendAsync(reply.Message, cancellationToken).ConfigureAwait(false);
                    break;
                case SessionStep.Close close:
                    await _link.SendAsync(close.Message, cancellationToken).ConfigureAwait(false);
                    await _link.FlushAsync(cancellationToken).ConfigureAwait(false);
                    return true;
                case SessionStep.Begin begin:
                    Begin(begin.Shard);
                    break;
                case SessionStep.Keep keep:
                    Acknowledged(keep.Fact);
                    break;
                case SessionStep.Cancel cancel:
                    Cancel(cancel.Shard);
                    break;
                case SessionStep.Violation violation:
                    LogViolation(_link.Remote, violation.Reason);
                    return false;
            }
        }

        return true;
    }

    private async Task<string?> TakeAsync(SessionStep step, CancellationToken cancellationToken)
    {
        string? wrong = await _earning!.TakeAsync(step, cancellationToken).ConfigureAwait(false);
        if (wrong is null && _earning.Widened() is { } widened)
        {
            await _link.SendAsync(widened, _ended.Token).ConfigureAwait(false);
        }

        return wrong;
    }

    // A voucher is waited for by nobody while it is on its way to the journal; only many of them are.
    private async Task<string?> FindWrongAsync()
    {
        while (_taking.TryPeek(out Task<string?>? first) && (first.IsCompleted || _taking.Count > MaxTaking))
        {
            if (await _taking.Dequeue().ConfigureAwait(false) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    private async Task<SessionStep> ConsiderAsync(Offer offer, CancellationToken cancellationToken)
    {
        EarnerAnswer answer = await Earn!(offer, _link.Remote, cancellationToken).ConfigureAwait(false);
        if (answer is EarnerAnswer.Refused refused)
        {
            return new SessionStep.Close(new JobMessage { Decline = refused.Decline });
        }

        _earning = answer is EarnerAnswer.Paid paid ? new PaidWork(paid.Account, _link.Remote, _log) : null;
        lock (_lock)
        {
            return new SessionStep.Reply(_session.Accept(_earning?.Terms));
        }
    }

    /// <summary>Silence is bounded only while there is nothing to do: a long shard needs no message.</summary>
    private async ValueTask<JobMessage?> ReadAsync(CancellationToken cancellationToken)
    {
        TimeSpan patience = _session.Offer is null ? _limits.OfferTimeout : _limits.IdleTimeout;
        while (true)
        {
            Task<JobMessage?> reading = _reading ??= _link.ReadAsync(cancellationToken).AsTask();
            try
            {
                JobMessage? message = await reading.WaitAsync(patience, _time, cancellationToken).ConfigureAwait(false);
                _reading = null;
                return message;
            }
            catch (TimeoutException) when (Computing().Length > 0)
            {
                // It waits for us.
            }
            catch (TimeoutException silent)
            {
                throw new IOException($"the aggregator asked nothing for {patience.TotalSeconds:0} s", silent);
            }
        }
    }

    private Task<JobMessage?>? _reading;

    private void Begin(Shard shard)
    {
        var work = new ShardWork(shard, _time.GetUtcNow(), _ended.Token);
        lock (_lock)
        {
            _work.Add(shard.ShardId, (work, Task.CompletedTask));
        }

        Task computing = Task.Run(() => ComputeAsync(work));
        lock (_lock)
        {
            // A shard that ended already has taken itself out.
            if (_work.ContainsKey(shard.ShardId))
            {
                _work[shard.ShardId] = (work, computing);
            }
        }
    }

    private void Cancel(ulong shard)
    {
        lock (_lock)
        {
            if (_work.TryGetValue(shard, out (ShardWork Work, Task Computing) found))
            {
                found.Work.Cancel();
            }
        }
    }

    private async Task ComputeAsync(ShardWork work)
    {
        Shard shard = work.Shard;
        string? failure = null;
        GateEntry? entry = null;
        try
        {
            if (_earning is not null)
            {
                (entry, failure) = await _earning.EnterAsync(work).ConfigureAwait(false);
                work.StartedAt = _time.GetUtcNow();
            }

            await Task.WhenAll((failure is null ? [.. shard.Items] : Array.Empty<Item>())
                .Select(item => AnswerAsync(work, entry, item))).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The receipt covers what was finished.
        }
        catch (InferenceException broken)
        {
            failure = broken.Message;
        }
        catch (IOException)
        {
            // The aggregator is gone, and with it the interest in this shard.
        }

        await EndAsync(work, entry, failure).ConfigureAwait(false);
    }

    private async Task AnswerAsync(ShardWork work, GateEntry? entry, Item item)
    {
        Sampling sampling = _session.Offer!.Sampling ?? new Sampling();
        ItemAnswer answer = await _session.Engine!.Answer(item, sampling, work.Cancelled)
            .ConfigureAwait(false);
        var line = new ItemReceipt
        {
            Index = item.Index,
            InputHash = UnsafeByteOperations.UnsafeWrap(ItemHash.Of(item)),
            OutputHash = UnsafeByteOperations.UnsafeWrap(OutputHash.Of(answer.Output)),
            PromptTokens = (uint)answer.PromptTokens,
            CompletionTokens = (uint)answer.TokenIds.Count,
            FinishReason = answer.FinishReason,
        };
        line.TokenIds.AddRange(answer.TokenIds.Select(t => (uint)t));
        lock (_lock)
        {
            _session.ItemFinished(work.Shard.ShardId);
        }

        if (entry is not null)
        {
            _earning!.ItemEnded(entry, item, line);
        }

        await _link.SendAsync(
            JobMessages.ItemDone(
                work.Shard.ShardId, work.Shard.Attempt, answer.Output, line.PromptTokens, line.CompletionTokens),
            _ended.Token)
            .ConfigureAwait(false);
        work.Finish(line);
    }

    private async Task EndAsync(ShardWork work, GateEntry? entry, string? failure)
    {
        Shard shard = work.Shard;
        var items = new ReceiptItems();
        items.Items.AddRange(work.Finished.OrderBy(l => l.Index));
        Receipt receipt = ShardReceipt.Of(_session, work, items, _identity.Id, _link.Remote, _time.GetUtcNow());
        if (entry is not null)
        {
            failure = await _earning!.EndAsync(entry, failure is null ? receipt : null).ConfigureAwait(false) ?? failure;
        }

        byte[] envelope = failure is null ? SealReceipt(_identity, receipt) : [];
        lock (_lock)
        {
            _work.Remove(shard.ShardId);
            _session.ShardEnded(shard.ShardId, failure is null ? envelope : null);
        }

        work.Dispose();
        _served(items.Items.Sum(l => (int)l.CompletionTokens));
        try
        {
            await _link.SendAsync(
                failure is null
                    ? JobMessages.ShardDone(shard.ShardId, shard.Attempt, envelope, items)
                    : JobMessages.ShardFailed(shard.ShardId, shard.Attempt, failure),
                _ended.Token).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            LogGone(_link.Remote, gone.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Peer} broke the job protocol: {Reason}")]
    private partial void LogViolation(PeerId peer, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The job of {Peer} ended: {Reason}")]
    private partial void LogGone(PeerId peer, string reason);
}
