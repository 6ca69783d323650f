using System.Threading.Channels;
using Infernet.Core.Api;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Dispatch;
using Infernet.Daemon.Jobs.Matching;
using Infernet.Daemon.Journal;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>
/// One job while it runs. A single loop owns the <see cref="Dispatcher"/>: it feeds it what providers, the journal and
/// the clock bring, and carries out what it decides. Outputs are journaled beside the loop, many shards in one commit;
/// the job ends when the last of them is durable. Stopping the node leaves the job as it is in the journal, and the
/// next start goes on with it.
/// </summary>
internal sealed partial class JobRun : IAsyncDisposable
{
    private readonly RunServices _services;
    private readonly JobRecord _job;
    private readonly ILogger _log;
    private readonly JobOffer _offer;
    private readonly Dispatcher _dispatcher;
    private readonly JobBook _book;
    private readonly JobEvents _events;
    private readonly ProviderSet _providers;
    private readonly Channel<RunEvent> _inbox;
    private readonly Channel<bool> _lookAgain = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly Dictionary<AttemptId, Task> _journaling = [];
    private readonly CancellationTokenSource _stopping = new();
    private volatile bool _alone = true;
    private DispatchAction.Finish? _finish;
    private ApiError? _failure;
    private Task _running = Task.CompletedTask;

    public JobRun(JobRecord job, Cid model, RunServices services)
    {
        (_job, _services, _log) = (job, services, services.Log);
        _offer = new JobOffer(job, model);
        _book = new JobBook(job, services.Journal.Outputs);
        _events = new JobEvents(job, services.Journal, _book, Signal, services.Time);
        _inbox = Channel.CreateBounded<RunEvent>(services.Options.MaxWaitingEvents);
        _providers = new ProviderSet(_offer, services, _inbox.Writer, job.Specification.Sharding.MaxProviders);
        _dispatcher = new Dispatcher(
            RunPlan.OptionsOf(_offer, services.Options), services.Journal.Jobs.InputSizes(job.Row),
            services.Journal.Outputs.DoneIndices(job.Row), _book.CompletionTokens, RunPlan.FirstShardOf(job));
    }

    public JobRecord Job => _job;

    /// <summary>Wakes those who follow the job.</summary>
    public JobSignal Signal { get; } = new();

    /// <summary>Completes when the job has ended and its end is durable, or when the node stops.</summary>
    public Task Completion => _running;

    public JobStatus Status() => _book.Status();

    /// <summary>How the job ended, if that could not be written; null otherwise.</summary>
    public JobStatus? UnwrittenEnd { get; private set; }

    /// <summary>Starts with the nodes that were matched.</summary>
    public void Start(Match match) => _running = Task.Run(() => RunAsync(match));

    /// <summary>Asks the job to end; <see cref="Completion"/> says when it has.</summary>
    public ValueTask CancelAsync(CancellationToken cancellationToken) =>
        _inbox.Writer.WriteAsync(new RunEvent.Happened(new DispatchEvent.CancelRequested()), cancellationToken);

    /// <summary>Stops without ending the job.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task RunAsync(Match match)
    {
        _events.Add("state", $"Looking for providers of {_job.Specification.Model}");
        using var helpersStopped = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        Task helpers = Task.WhenAll(TickAsync(helpersStopped.Token), MatchAsync(helpersStopped.Token));
        try
        {
            Handle(new RunEvent.Matched(match));
            await LoopAsync().ConfigureAwait(false);
            await FinishAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The node stops. What was accepted is given time to become durable.
            await Task.WhenAll(_journaling.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception broken)
        {
            // A defect of this program ends the one job, with its answers kept, and says so.
            LogBroken(broken, _job.Name);
            _failure = new ApiError { Code = "internal", Message = "The job stopped by a defect; the log has it" };
            await FinishAsync().ConfigureAwait(false);
        }
        finally
        {
            await helpersStopped.CancelAsync().ConfigureAwait(false);
            _inbox.Writer.TryComplete();
            await helpers.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _providers.DisposeAsync().ConfigureAwait(false);
            await _events.FlushAsync().ConfigureAwait(false);
            Signal.Pulse();
        }
    }

    private async Task LoopAsync()
    {
        while (_finish is null || _journaling.Count > 0)
        {
            RunEvent happened = await _inbox.Reader.ReadAsync(_stopping.Token).ConfigureAwait(false);
            Handle(happened);
        }
    }

    private void Handle(RunEvent happened)
    {
        switch (happened)
        {
            case RunEvent.Happened something:
                Advance(something);
                break;
            case RunEvent.Declined declined:
                _book.SetProvider(declined.Peer, "declined", declined.Reason);
                _events.Add("provider-declined", $"Declined: {declined.Reason}", declined.Peer);
                break;
            case RunEvent.Ended ended:
                _providers.Ended(ended.Connection);
                break;
            case RunEvent.Matched matched when _finish is null:
                _providers.Connect(matched.Match);
                break;
            case RunEvent.Journaled journaled:
                AfterJournaling(journaled);
                break;
            case RunEvent.Broken broken:
                Break(broken.Failure);
                break;
        }
    }

    private void Advance(RunEvent.Happened happened)
    {
        // A late word of a connection that was dropped must not count for the one that took its place.
        if (happened.From is { } from && !_providers.Owns(from))
        {
            return;
        }

        if (happened.Event is DispatchEvent.ProviderJoined joined)
        {
            _book.SetProvider(joined.Peer, "active");
            _events.Add("provider-joined", $"Takes up to {joined.MaxItems} items at a time", joined.Peer);
        }

        if (happened.Event is DispatchEvent.ReceiptRejected rejected)
        {
            _events.Add("receipt-rejected", rejected.Reason, rejected.Peer, rejected.Attempt.Shard);
        }

        foreach (DispatchAction action in _dispatcher.Advance(happened.Event, _services.Time.GetUtcNow()))
        {
            Carry(action, happened);
        }

        _alone = _dispatcher.ActiveProviders == 0;
        string state = !_alone ? JobState.Running : JobState.Matching;
        if (_finish is null && _book.TrySetState(state))
        {
            _events.Add("state", state == JobState.Running ? "Running" : "Waiting for providers");
        }
    }

    private void Carry(DispatchAction action, RunEvent.Happened cause)
    {
        switch (action)
        {
            case DispatchAction.SendShard send:
                Send(send);
                break;
            case DispatchAction.CancelAttempt cancel:
                _providers.Cancel(cancel.Peer, cancel.Attempt);
                break;
            case DispatchAction.EndAttempt end:
                _journaling[end.Attempt] = JournalAsync(
                    end, end.Outcome == AttemptOutcome.Failed ? null : cause.Delivery, cause.From);
                break;
            case DispatchAction.DropProvider drop:
                _book.SetProvider(drop.Peer, "lost", drop.Reason);
                _events.Add("provider-lost", $"Lost: {drop.Reason}", drop.Peer);
                _providers.Drop(drop.Peer, drop.Banned);
                break;
            case DispatchAction.Finish finish:
                _finish = finish;
                break;
        }
    }

    private void Send(DispatchAction.SendShard send)
    {
        IReadOnlyList<Item> items = _services.Journal.Jobs.Inputs(_job.Row, send.Items);
        _providers.Send(send.Peer, send.Attempt, items);
        _events.Add(
            "shard-sent", $"{send.Items.Count} items, attempt {send.Attempt.Attempt}", send.Peer, send.Attempt.Shard);
    }

    private async Task JournalAsync(DispatchAction.EndAttempt end, Delivery? delivery, ProviderConnection? from)
    {
        Exception? failure = null;
        try
        {
            await _services.Journal.Outputs.AddShardAsync(
                _job.Row,
                delivery is null ? [] : [.. end.Accepted.Select(i => delivery.Outputs[i])],
                delivery?.Receipt,
                RunPlan.RecordOf(end, _services.Time.GetUtcNow()),
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failed) when (failed is JournalException or InvalidOperationException)
        {
            failure = failed;
        }

        try
        {
            await _inbox.Writer.WriteAsync(new RunEvent.Journaled(end, delivery, from, failure), _stopping.Token)
                .ConfigureAwait(false);
        }
        catch (Exception over) when (over is OperationCanceledException or ChannelClosedException)
        {
            // The node stops; the journal has it.
        }
    }

    private void AfterJournaling(RunEvent.Journaled journaled)
    {
        _journaling.Remove(journaled.Attempt.Attempt);
        if (journaled.Failure is { } failure)
        {
            Break(failure);
            return;
        }

        DispatchAction.EndAttempt end = journaled.Attempt;
        _book.Record(end, journaled.Delivery);
        Announce(end);
        if (journaled is { Delivery: { } delivery, From: { } from })
        {
            _providers.Acknowledge(from, delivery.Receipt);
        }

        Signal.Pulse();
    }

    private void Break(Exception failure)
    {
        _failure ??= RunPlan.ErrorOf(failure);
        _finish ??= new DispatchAction.Finish(DispatchOutcome.Cancelled, []);
    }

    private void Announce(DispatchAction.EndAttempt end)
    {
        if (end.Outcome == AttemptOutcome.Failed)
        {
            _events.Add("shard-failed", end.Reason ?? "Failed", end.Peer, end.Attempt.Shard);
        }
        else
        {
            _events.Add("shard-done", $"{end.Accepted.Count} new answers", end.Peer, end.Attempt.Shard);
        }
    }

    private async Task FinishAsync()
    {
        DateTimeOffset now = _services.Time.GetUtcNow();
        (string state, ApiError? error) = _failure is null
            ? RunPlan.EndOf(_finish!, _book.Done, _job)
            : (JobState.Failed, _failure);

        _book.TrySetState(state);
        JobStatus status = _book.Status(now, error);
        _events.Add("end", error?.Message ?? $"{status.DoneItems} of {status.TotalItems} items have an answer");
        await _events.FlushAsync().ConfigureAwait(false);
        try
        {
            await _services.Journal.Jobs.FinishAsync(_job.Row, status, now, CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (JournalException full)
        {
            UnwrittenEnd = status;
            LogNotFinished(_job.Name, full.Message);
        }
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_services.Options.TickInterval, _services.Time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            // A full inbox moves the clock along by itself.
            _inbox.Writer.TryWrite(new RunEvent.Happened(new DispatchEvent.Tick()));
        }
    }

    /// <summary>
    /// Looks for providers as long as the job runs: among what is known whenever that changes, all around from time
    /// to time, and soon when there are none.
    /// </summary>
    private async Task MatchAsync(CancellationToken cancellationToken)
    {
        _services.Candidates.Changed += LookAgain;
        try
        {
            while (true)
            {
                bool changed = await WaitForChangeAsync(cancellationToken).ConfigureAwait(false);
                Core.Jobs.RequirementsSpecification needed = _job.Specification.Requirements;
                Match match = changed
                    ? _services.Candidates.Known(needed, _offer.Model)
                    : await _services.Candidates.SearchAsync(needed, _offer.Model, _providers.Limit, cancellationToken)
                        .ConfigureAwait(false);
                await _inbox.Writer.WriteAsync(new RunEvent.Matched(match), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _services.Candidates.Changed -= LookAgain;
        }
    }

    private void LookAgain() => _lookAgain.Writer.TryWrite(true);

    /// <summary>Whether something changed; false when it is time to look all around.</summary>
    private async Task<bool> WaitForChangeAsync(CancellationToken cancellationToken)
    {
        TimeSpan patience = _alone ? _services.Options.MatchInterval : _services.Options.SearchInterval;
        using var limit = new CancellationTokenSource(patience, _services.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await _lookAgain.Reader.ReadAsync(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {Job} stopped by a defect")]
    private partial void LogBroken(Exception broken, string job);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The end of job {Job} could not be journaled: {Reason}")]
    private partial void LogNotFinished(string job, string reason);
}
