using System.Threading.Channels;
using Infernet.Core.Receipts;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Redundancy;

/// <summary>
/// Counts votes beside the job's loop, since a comparison may take long, and journals those that end before it tells
/// the loop: many in one commit.
/// </summary>
internal sealed class BallotCounter : IAsyncDisposable
{
    private const int MaxInOneCommit = 256;

    private readonly long _row;
    private readonly int _copies;
    private readonly int _maxCopies;
    private readonly IComparison _comparison;
    private readonly VoteTable _table;
    private readonly Func<CountedVotes, ValueTask> _tell;
    private readonly Channel<(int Item, IReadOnlyList<Vote> Votes, bool IsShort)> _waiting;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _counting;

    /// <param name="job">Whose votes.</param>
    /// <param name="copies">How many answers an input gets at first.</param>
    /// <param name="maxCopies">How many at most.</param>
    /// <param name="comparison">When two answers are the same.</param>
    /// <param name="table">Where ended votes are written.</param>
    /// <param name="tell">Hears of each batch.</param>
    public BallotCounter(
        JobRecord job, int copies, int maxCopies, IComparison comparison, VoteTable table,
        Func<CountedVotes, ValueTask> tell)
    {
        (_row, _copies, _maxCopies, _comparison, _table, _tell) =
            (job.Row, copies, maxCopies, comparison, table, tell);
        // An input waits once at most.
        _waiting = Channel.CreateBounded<(int, IReadOnlyList<Vote>, bool)>(job.Total);
        _counting = Task.Run(RunAsync);
    }

    /// <summary>Has a vote counted; its input must not be waiting already.</summary>
    public void Add(int item, IReadOnlyList<Vote> votes, bool isShort) =>
        _waiting.Writer.TryWrite((item, votes, isShort));

    /// <summary>Stops soon; what was not counted will be after the next start. The last that is told is the end.</summary>
    public void Stop() => _stopping.Cancel();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _counting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(_stopping.Token).ConfigureAwait(false))
            {
                await _tell(await CountAsync().ConfigureAwait(false)).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The job ends, or its node does.
        }

        await _tell(new CountedVotes([], null, IsLast: true)).ConfigureAwait(false);
    }

    private async Task<CountedVotes> CountAsync()
    {
        var counted = new List<CountedVote>();
        try
        {
            while (counted.Count < MaxInOneCommit
                && _waiting.Reader.TryRead(out (int Item, IReadOnlyList<Vote> Votes, bool IsShort) poll))
            {
                counted.Add(await CountAsync(poll.Item, poll.Votes, poll.IsShort).ConfigureAwait(false));
            }
        }
        catch (Exception impossible) when (impossible is not OperationCanceledException)
        {
            return new CountedVotes([], impossible);
        }

        Exception? failure = await WriteAsync(counted).ConfigureAwait(false);
        return new CountedVotes(failure is null ? counted : [], failure);
    }

    private async Task<CountedVote> CountAsync(int item, IReadOnlyList<Vote> votes, bool isShort)
    {
        var same = new bool[votes.Count, votes.Count];
        for (int left = 0; left < votes.Count; left++)
        {
            for (int right = left + 1; right < votes.Count; right++)
            {
                same[left, right] = await AreSameAsync(votes[left].Answer, votes[right].Answer).ConfigureAwait(false);
            }
        }

        BallotResult result = Ballot.Count(
            votes.Count, (left, right) => same[left, right], isShort ? 1 : _copies, _maxCopies);
        return new CountedVote(item, votes, !isShort || Ballot.Decides(result, _copies) ? result : null, isShort);
    }

    // An error is the same as any other error, and as nothing else.
    private async ValueTask<bool> AreSameAsync(OutputRecord left, OutputRecord right) =>
        ByteComparison.AreSame(left, right)
        || left.Error is null && right.Error is null
            && await _comparison.AreSameAsync(left, right, _stopping.Token).ConfigureAwait(false);

    private async Task<Exception?> WriteAsync(List<CountedVote> counted)
    {
        BallotRecord[] ended =
            [.. counted.Where(c => c.Result is not (null or BallotResult.Tied)).Select(c => RecordOf(c))];
        try
        {
            if (ended.Length > 0)
            {
                await _table.DecideAsync(_row, ended, CancellationToken.None).ConfigureAwait(false);
            }

            return null;
        }
        catch (JournalException full)
        {
            return full;
        }
    }

    private static BallotRecord RecordOf(CountedVote counted) => counted.Result is BallotResult.Won won
        ? new BallotRecord
        {
            Item = counted.Item,
            Answer = counted.Votes[won.Winner].Answer,
            Disputed = false,
            Agreed = [.. won.Agreeing.Select(v => counted.Votes[v].Answer.Provider)],
            Outvoted = [.. won.Outvoted.Select(v => counted.Votes[v].Answer.Provider)],
        }
        : new BallotRecord
        {
            Item = counted.Item,
            Answer = Disputed(counted),
            Disputed = true,
            Agreed = [],
            Outvoted = [.. counted.Votes.Select(v => v.Answer.Provider)],
        };

    // No answer is shown as the result when there is no telling which is right.
    private static OutputRecord Disputed(CountedVote counted)
    {
        int largest = ((BallotResult.Disputed)counted.Result!).Largest;
        return counted.Votes[0].Answer with
        {
            Output = null,
            Embedding = null,
            FinishReason = FinishReason.Error,
            Error = $"disputed: {counted.Votes.Count} providers answered, and no more than {largest} agree",
        };
    }
}
