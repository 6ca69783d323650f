using System.Threading.Channels;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Jobs;
using Infernet.Daemon.Jobs.Dispatch;
using Infernet.Daemon.Jobs.Running;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Redundancy;

/// <summary>
/// What a running job does about redundant work: collects the answers, has complete votes counted, and says what
/// follows for the dispatch. <see cref="BallotBox"/> keeps the votes, <see cref="BallotCounter"/> counts them beside
/// the loop. Nobody hears of an answer before its vote has ended. Used by the job's loop alone.
/// </summary>
internal sealed class BallotDesk : IAsyncDisposable
{
    /// <summary>How many further providers may be asked when there is no majority.</summary>
    public const int MaxTieBreakers = 2;

    private readonly JobRecord _job;
    private readonly VoteTable _table;
    private readonly JobBook _book;
    private readonly JobEvents _log;
    private readonly OutputComparison _comparison;
    private readonly BallotBox _box;
    private readonly BallotCounter _counter;
    private readonly Dictionary<PeerId, SequentialTest> _trials = [];
    private readonly Dictionary<PeerId, HashSet<string>> _lost = [];
    private readonly HashSet<PeerId> _convicted = [];
    private int _arriving;
    private Task _striking = Task.CompletedTask;

    public BallotDesk(
        JobRecord job, VoteTable table, JobBook book, JobEvents log, TimeProvider time, ChannelWriter<RunEvent> events)
    {
        VerificationSpecification verification = job.Specification.Verification;
        (_job, _table, _book, _log, _comparison) = (job, table, book, log, verification.Compare);
        _box = new BallotBox(verification.Copies);
        _counter = new BallotCounter(
            job, verification.Copies, verification.Copies + MaxTieBreakers,
            Comparisons.Of(verification, new ComparatorOptions(), time), table,
            counted => TellAsync(events, counted));
    }

    /// <summary>Votes of earlier runs that have not ended, for the dispatcher.</summary>
    public static IEnumerable<(int Item, PeerId By)> Restored(VoteTable table, long row) =>
        table.Undecided(row).Select(v => (v.Index, PeerId.Parse(v.Provider)));

    /// <summary>How many judgements may still decide something.</summary>
    public DispatchEvent Pending => new DispatchEvent.AuditsPending(_box.Complete + _arriving);

    /// <summary>Goes on with the votes of earlier runs.</summary>
    public IReadOnlyList<DispatchEvent> Restore()
    {
        foreach (OutputRecord answer in _table.Undecided(_job.Row))
        {
            _box.Cast(new Vote(PeerId.Parse(answer.Provider), answer));
        }

        CountComplete();
        return [Pending];
    }

    /// <summary>Answers are being written: the job must not end before they were counted.</summary>
    public void Expect() => _arriving++;

    /// <summary>The answers that were expected are durable, or did not come after all.</summary>
    public IReadOnlyList<DispatchEvent> Cast(PeerId peer, IReadOnlyList<OutputRecord> answers)
    {
        _arriving--;
        if (_convicted.Contains(peer))
        {
            _striking = StrikeAfterAsync(_striking, peer);
            return [Rejected(peer, answers, banned: false), Pending];
        }

        foreach (OutputRecord answer in answers)
        {
            _box.Cast(new Vote(peer, answer));
        }

        CountComplete();
        return [Pending];
    }

    /// <summary>Nobody is left who may give what votes lack: what there is may be enough.</summary>
    public IReadOnlyList<DispatchEvent> CountIncomplete()
    {
        foreach ((int item, IReadOnlyList<Vote> votes) in _box.TakeIncomplete())
        {
            _counter.Add(item, votes, isShort: true);
        }

        return [Pending];
    }

    /// <summary>Votes were counted.</summary>
    public IReadOnlyList<DispatchEvent> Counted(CountedVotes counted)
    {
        IsBusy = !counted.IsLast;
        var follows = new List<DispatchEvent>();
        var tied = new List<int>();
        foreach (CountedVote vote in counted.Votes)
        {
            if (vote.Result is BallotResult.Tied open)
            {
                _box.Extend(vote.Item, open.Wanted);
                tied.Add(vote.Item);
            }
            else if (vote.Result is null)
            {
                _box.Reopen(vote.Item);
            }
            else
            {
                _box.Close(vote.Item);
                Announce(vote);
            }
        }

        int[] waived = [.. counted.Votes.Where(v => v is { IsShort: true, Result: not null }).Select(v => v.Item)];
        if (waived.Length > 0)
        {
            _log.Add("vote-short", $"{waived.Length} inputs were decided with fewer answers than asked for");
            follows.Add(new DispatchEvent.CopiesWaived(waived));
        }

        if (tied.Count > 0)
        {
            _log.Add("vote-tied", $"{tied.Count} inputs have no majority: one more provider answers each");
            follows.Add(new DispatchEvent.CopiesWanted(tied));
        }

        follows.AddRange(Judge(counted.Votes));
        follows.Add(Pending);
        return follows;
    }

    /// <summary>Ends the counting; <see cref="IsBusy"/> says when it has ended.</summary>
    public void Stop() => _counter.Stop();

    /// <summary>Whether votes may still be counted.</summary>
    public bool IsBusy { get; private set; } = true;

    public async ValueTask DisposeAsync()
    {
        await _counter.DisposeAsync().ConfigureAwait(false);
        await _striking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void CountComplete()
    {
        foreach ((int item, IReadOnlyList<Vote> votes) in _box.TakeComplete())
        {
            _counter.Add(item, votes, isShort: false);
        }
    }

    private void Announce(CountedVote vote)
    {
        _book.Record(vote);
        if (vote.Result is BallotResult.Disputed disputed)
        {
            _log.Add(
                "vote-disputed",
                $"Input {vote.Item}: {vote.Votes.Count} providers answered, and no more than {disputed.Largest} agree");
        }
    }

    /// <summary>Hears what the votes say of each provider; convicts those of whom they say enough.</summary>
    private IEnumerable<DispatchEvent> Judge(IReadOnlyList<CountedVote> votes)
    {
        foreach (VoteRecordOfPeer record in VoteRecordOfPeer.Of(votes))
        {
            PeerId peer = record.Peer;
            if (record.Outvoted > 0)
            {
                _log.Add("vote-lost", $"{record.Outvoted} of {record.Outvoted + record.Agreed} answers lost their votes", peer);
            }

            if (IsConvicting(record) && _convicted.Add(peer))
            {
                IReadOnlyList<Vote> struck = _box.Strike(peer);
                _striking = StrikeAfterAsync(_striking, peer);
                _log.Add("provider-convicted", $"{Why}; {struck.Count} others are computed again", peer);
                yield return Rejected(peer, [.. struck.Select(v => v.Answer)], banned: true);
            }
        }
    }

    // As with audits, one shard convicts nobody, whatever it brought.
    private bool IsConvicting(VoteRecordOfPeer record)
    {
        SequentialTest test = _trials.GetValueOrDefault(record.Peer) ?? SequentialTest.Start;
        _trials[record.Peer] = test =
            test.Add(VoteEvidence.Ratio(record.Agreed, record.Outvoted, _comparison));
        if (record.Outvoted > 0)
        {
            _lost.TryAdd(record.Peer, []);
            _lost[record.Peer].Add(record.Receipt);
        }

        return test.State == SequentialState.Cheater && _lost[record.Peer].Count > 1;
    }

    private static string Why => "its answers keep losing their votes";

    private static DispatchEvent Rejected(PeerId peer, IReadOnlyList<OutputRecord> answers, bool banned) =>
        new DispatchEvent.ItemsRejected(
            peer, [.. answers.Select(a => new DeliveredItem(a.Index, a.CompletionTokens))], Why, banned);

    // A vote that could not be struck is cast again after a restart, and loses again.
    private async Task StrikeAfterAsync(Task before, PeerId peer)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _table.StrikeAsync(_job.Row, peer.ToString(), CancellationToken.None).ConfigureAwait(false);
    }

    private static async ValueTask TellAsync(ChannelWriter<RunEvent> events, CountedVotes counted)
    {
        try
        {
            await events.WriteAsync(new RunEvent.Counted(counted), CancellationToken.None).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            // The node stops; the journal has it.
        }
    }
}
