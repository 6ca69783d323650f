using System.Threading.Channels;
using Infernet.Core.Api;
using Infernet.Core.Multiformats;
using Infernet.Daemon.Jobs.Auditing;
using Infernet.Daemon.Jobs.Dispatch;
using Infernet.Daemon.Jobs.Matching;
using Infernet.Daemon.Jobs.Paying;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>
/// One job while it runs. A single loop hands <see cref="JobSteps"/> what providers, auditors, the journal and the clock
/// bring, and <see cref="JobDispatch"/> decides on it. <see cref="AttemptJournal"/> writes outputs beside the loop, <see cref="AuditDesk"/> has them
/// judged, <see cref="ProviderSet"/> keeps the connections and <see cref="ProviderSearch"/> finds more. The job ends
/// when the last answer is durable and no judgement is pending; <see cref="JobEnding"/> writes how.
/// Stopping the node leaves the job as it is in the journal, and the next start goes on with it.
/// </summary>
internal sealed class JobRun : IAsyncDisposable
{
    private readonly RunServices _services;
    private readonly JobRecord _job;
    private readonly JobParts _parts;
    private readonly JobSteps _steps;
    private readonly Channel<RunEvent> _inbox;
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private Task _revealing = Task.CompletedTask;

    public JobRun(JobRecord job, Cid model, SpendingPlan plan, RunServices services)
    {
        (_job, _services) = (job, services);
        _inbox = Channel.CreateBounded<RunEvent>(services.Options.MaxWaitingEvents);
        _parts = new JobParts(job, model, plan, services, _inbox, Events, _stopping.Token);
        _steps = new JobSteps(_parts, Results, Reveal);
    }

    public JobRecord Job => _job;

    /// <summary>Wakes those who wait for results: an answer is durable, or was judged.</summary>
    public JobSignal Results { get; } = new();

    /// <summary>Wakes those who wait for events.</summary>
    public JobSignal Events { get; } = new();

    /// <summary>Completes when the job has ended and its end is durable, or when the node stops.</summary>
    public Task Completion => _running;

    public JobStatus Status() => _parts.Book.Status();

    /// <summary>How the job ended, if that could not be written; null otherwise.</summary>
    public JobStatus? UnwrittenEnd => _parts.Ending.Unwritten;

    /// <summary>Starts with the nodes that were matched.</summary>
    public void Start(Match match)
    {
        double rate = _parts.Audits.Forecast(match);
        _parts.Payments?.Forecast(match, rate);
        _running = Task.Run(() => RunAsync(match));
    }

    /// <summary>Asks the job to end; <see cref="Completion"/> says when it has.</summary>
    public ValueTask CancelAsync(CancellationToken cancellationToken) =>
        _inbox.Writer.WriteAsync(new RunEvent.Happened(new DispatchEvent.CancelRequested()), cancellationToken);

    /// <summary>Wakes all who follow the job: it is over.</summary>
    public void Wake()
    {
        Results.Pulse();
        Events.Pulse();
    }

    /// <summary>Stops without ending the job.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task RunAsync(Match match)
    {
        _parts.Events.Add("state", $"Looking for providers of {_job.Specification.Model}");
        using var searchStopped = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        Task searching = _parts.Search.RunAsync(searchStopped.Token);
        try
        {
            _parts.Dispatch.TakeAll(_parts.Audits.Restore());
            _parts.Dispatch.TakeAll(_parts.Ballots?.Restore() ?? []);
            _parts.Events.Post();
            await (_parts.Payments?.RestoreAsync(_parts.Audits.IsConvicted, _stopping.Token) ?? Task.CompletedTask)
                .ConfigureAwait(false);
            _steps.Take(new RunEvent.Matched(match));
            await LoopAsync().ConfigureAwait(false);
            await _parts.Ending.WriteAsync(_parts.Dispatch.Finish, _parts.Payments?.Unpaid).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The node stops. What was accepted is given time to become durable.
            await _parts.Journal.FlushAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception broken)
        {
            _parts.Ending.Break(broken, "The job stopped by a defect; the log has it");
            await _parts.Ending.WriteAsync(null).ConfigureAwait(false);
        }
        finally
        {
            await searchStopped.CancelAsync().ConfigureAwait(false);
            _inbox.Writer.TryComplete();
            await searching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _parts.DisposeAsync().ConfigureAwait(false);
            await CloseAsync().ConfigureAwait(false);
            Wake();
        }
    }

    // Nobody works for the job any more, so that all of its secrets may be opened. A node that stops has no time for
    // that; its next start does it.
    private async Task CloseAsync()
    {
        await _revealing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_stopping.IsCancellationRequested)
        {
            await _services.Reveals.RevealAsync(_job.Row, [], _stopping.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _parts.Events.FlushAsync().ConfigureAwait(false);
    }

    private async Task LoopAsync()
    {
        JobDispatch dispatch = _parts.Dispatch;
        while (dispatch.Finish is null || _parts.IsBusy || AwaitsReceipts || _parts.Payments?.TryRelease() == true)
        {
            if (dispatch.Finish is not null)
            {
                _parts.Ballots?.Stop();
            }

            _parts.Events.Post();
            RunEvent happened = await _inbox.Reader.ReadAsync(_stopping.Token).ConfigureAwait(false);
            _steps.Take(happened);
            _steps.LookAfterFunds(happened);
            if (dispatch.IsStalled && !_parts.Journal.IsBusy)
            {
                // What has arrived is on the disk, and was cast.
                dispatch.IsStalled = false;
                dispatch.TakeAll(_parts.Ballots!.CountIncomplete());
            }
        }
    }

    private bool AwaitsReceipts => _parts is { Payments: { } payments, Ending.Failure: null }
        && _parts.Dispatch.AwaitsReceipts(payments.Pays);

    // In the background, one after the other: evidence is of use to others, and the job does not wait for it.
    private void Reveal()
    {
        if (_revealing.IsCompleted)
        {
            _revealing = _services.Reveals.RevealAsync(_job.Row, _parts.Providers.LiveOffers, _stopping.Token);
        }
    }
}
