using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Auditing;
using Infernet.Daemon.Jobs.Dispatch;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>
/// Lets a job's <see cref="Dispatcher"/> decide, and carries out what it decides: shards and cancellations go to
/// <see cref="ProviderSet"/>, ended attempts to <see cref="AttemptJournal"/>. Used by the job's loop alone.
/// </summary>
internal sealed class JobDispatch(
    RunServices services, JobRecord job, Dispatcher dispatcher, JobBook book, JobEvents events, ProviderSet providers,
    ProviderSearch search, AttemptJournal journal)
{
    private readonly HashSet<(PeerId Peer, AttemptId Attempt)> _out = [];
    private PeerId? _renewed;
    private DateTimeOffset? _finishedAt;

    /// <summary>How the job is to end; null while it goes on.</summary>
    public DispatchAction.Finish? Finish { get; set; }

    /// <summary>Whether somebody may still say what it had done when the job ended, and it is not too late for that.</summary>
    /// <param name="matters">Whether a peer's word is of interest.</param>
    public bool AwaitsReceipts(Func<PeerId, bool> matters)
    {
        if (Finish is null)
        {
            return false;
        }

        _finishedAt ??= services.Time.GetUtcNow();
        TimeSpan passed = services.Time.GetUtcNow() - _finishedAt.Value;
        return passed >= TimeSpan.Zero && passed < services.Options.ReceiptPatience && _out.Any(o => matters(o.Peer));
    }

    /// <summary>An attempt is not out any more; false if it was not.</summary>
    public bool TryForget(PeerId peer, AttemptId attempt) => _out.Remove((peer, attempt));

    /// <summary>A peer will say nothing any more.</summary>
    public void Forget(PeerId peer) => _out.RemoveWhere(o => o.Peer == peer);

    /// <summary>Whether something is missing that nobody who is there may bring. The loop resets it.</summary>
    public bool IsStalled { get; set; }

    /// <summary>Providers that take part.</summary>
    public int Active => dispatcher.ActiveProviders;

    /// <summary>Attempts that are out at a provider.</summary>
    public int OutAt(PeerId peer) => dispatcher.OutAt(peer);

    /// <summary>Tells the dispatcher of several events, in order.</summary>
    public void TakeAll(IEnumerable<DispatchEvent> happened)
    {
        foreach (DispatchEvent one in happened)
        {
            Take(new RunEvent.Happened(one));
        }
    }

    /// <summary>Parts with a provider that is offered the job anew at once. It isn't lost, and nobody should read so.</summary>
    public void Renew(PeerId peer, string reason)
    {
        _renewed = peer;
        Take(new RunEvent.Happened(new DispatchEvent.ProviderLost(peer, reason, false)));
        _renewed = null;
    }

    /// <summary>Lets the dispatcher decide; answers whether an attempt ended with what was delivered.</summary>
    public bool Take(RunEvent.Happened happened, AuditOrder? audit = null)
    {
        bool accepted = false;
        foreach (DispatchAction action in dispatcher.Advance(happened.Event, services.Time.GetUtcNow()))
        {
            accepted |= Carry(action, happened, audit);
        }

        search.IsAlone = dispatcher.ActiveProviders == 0;
        string state = search.IsAlone ? JobState.Matching : JobState.Running;
        if (Finish is null && book.TrySetState(state))
        {
            events.Add("state", state == JobState.Running ? "Running" : "Waiting for providers");
        }

        return accepted;
    }

    private bool Carry(DispatchAction action, RunEvent.Happened cause, AuditOrder? audit)
    {
        switch (action)
        {
            case DispatchAction.SendShard send:
                Send(send);
                break;
            case DispatchAction.CancelAttempt cancel:
                providers.Cancel(cancel.Peer, cancel.Attempt);
                break;
            case DispatchAction.EndAttempt end:
                TryForget(end.Peer, end.Attempt);
                // One event may end several attempts; what was delivered belongs to one of them.
                Delivery? delivery =
                    cause.Event is DispatchEvent.ShardDelivered delivered && delivered.Attempt == end.Attempt
                        ? cause.Delivery
                        : null;
                journal.Add(end, delivery, delivery is null ? null : audit, cause.From);
                return delivery is not null;
            case DispatchAction.DropProvider drop when drop.Peer == _renewed:
                events.Add("provider-renewed", drop.Reason, drop.Peer);
                providers.Drop(drop.Peer, drop.Banned);
                break;
            case DispatchAction.DropProvider drop:
                book.SetProvider(drop.Peer, "lost", drop.Reason);
                events.Add("provider-lost", $"Lost: {drop.Reason}", drop.Peer);
                providers.Drop(drop.Peer, drop.Banned);
                break;
            case DispatchAction.Stalled when job.IsRedundant:
                IsStalled = true;
                break;
            case DispatchAction.Finish finish:
                Finish = finish;
                break;
        }

        return false;
    }

    private void Send(DispatchAction.SendShard send)
    {
        IReadOnlyList<Item> items = services.Journal.Jobs.Inputs(job.Row, send.Items);
        providers.Send(send.Peer, send.Attempt, items);
        _out.Add((send.Peer, send.Attempt));
        events.Add(
            "shard-sent", $"{send.Items.Count} items, attempt {send.Attempt.Attempt}", send.Peer, send.Attempt.Shard);
    }
}
