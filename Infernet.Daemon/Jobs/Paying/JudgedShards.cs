using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Auditing;
using Infernet.Daemon.Jobs.Redundancy;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Paying;

/// <summary>
/// Delivered shards that are due once somebody has judged them: drawn for an audit, or voted about. Each is decided about
/// when its judgement ends. Used by the job's loop alone.
/// </summary>
internal sealed class JudgedShards(JobRecord job, VoteTable votes, PaymentDecisions decisions)
{
    private const string Rejected = "an audit of an earlier run rejected it, or convicted its provider";
    private const string Convicted = "its provider was convicted of cheating";
    private const string Struck = "its answers keep losing their votes";

    private readonly Dictionary<string, DueShard> _waiting = [];

    /// <summary>A shard waits for its judgement.</summary>
    /// <param name="receipt">SHA-256 of its receipt.</param>
    /// <param name="due">The shard.</param>
    public void Add(byte[] receipt, DueShard due)
    {
        _waiting.Add(AuditOrder.KeyOf(receipt), due);
        due.Provider.Judging += due.Cost;
    }

    /// <summary>Goes on with a shard of an earlier run, as its judgement stands.</summary>
    public void Restore(PaidProvider provider, OwedShards.Owed owed, bool isConvicted)
    {
        ReceiptItems lines = ReceiptItems.Parser.ParseFrom(owed.Receipt.Lines);
        IReadOnlyDictionary<int, string> standings = job.IsRedundant
            ? votes.Standings(job.Row, owed.Receipt.Hash)
            : new Dictionary<int, string>();
        var due = new DueShard(
            provider, owed.Receipt.Shard, owed.Attempt, owed.Cost,
            lines.Items.Where(l => standings.ContainsKey((int)l.Index)).Select(l => new OutputRecord
            {
                Index = (int)l.Index, FinishReason = l.FinishReason, PromptTokens = (int)l.PromptTokens,
                CompletionTokens = (int)l.CompletionTokens, Provider = owed.Receipt.Provider, Receipt = owed.Receipt.Hash,
            }));
        foreach ((int item, string standing) in standings.Where(s => s.Value != VoteTable.Open))
        {
            due.Count(item, standing == VoteTable.Agreed);
        }

        if (isConvicted || owed.State is AuditState.Rejected or AuditState.Withdrawn)
        {
            decisions.Decide(due, due.Cost, Rejected);
        }
        else if (owed.State == AuditState.Pending || !due.IsDecided)
        {
            Add(owed.Receipt.Hash, due);
        }
        else
        {
            decisions.DecideByVotes(due);
        }
    }

    /// <summary>An audit ended, and is durable: of a convicted provider nothing more is paid.</summary>
    public void Ruled(AuditRuling ruling)
    {
        string key = ruling.Order.Key;
        foreach ((string waiting, DueShard due) in _waiting
            .Where(w => ruling.Convicted ? w.Value.Provider.Peer == ruling.Order.Provider : w.Key == key).ToList())
        {
            Remove(waiting, due);
            bool isWrong = ruling.Convicted || ruling.State == AuditState.Rejected;
            decisions.Decide(due, isWrong ? due.Cost : 0, waiting == key ? ruling.Reason : Convicted);
        }
    }

    /// <summary>Votes ended, and are durable: the answers in the majority are paid.</summary>
    public void Counted(CountedVotes counted)
    {
        foreach (CountedVote vote in counted.Votes)
        {
            IReadOnlyList<int> agreeing = vote.Result is BallotResult.Won won ? won.Agreeing : [];
            if (vote.Result is BallotResult.Won or BallotResult.Disputed)
            {
                for (int place = 0; place < vote.Votes.Count; place++)
                {
                    Count(AuditOrder.KeyOf(vote.Votes[place].Answer.Receipt), vote.Item, agreeing.Contains(place));
                }
            }
        }
    }

    /// <summary>Of redundant work: a provider's answers are worth nothing any more.</summary>
    public void Strike(Core.Identity.PeerId provider)
    {
        foreach ((string key, DueShard due) in _waiting.Where(w => w.Value.Provider.Peer == provider).ToList())
        {
            due.Strike();
            Remove(key, due);
            decisions.Decide(due, due.Lost, Struck);
        }
    }

    /// <summary>The job ends: what was not judged is paid, since nothing speaks against it.</summary>
    public void Release()
    {
        foreach ((string key, DueShard due) in _waiting.ToList())
        {
            Remove(key, due);
            decisions.DecideByVotes(due);
        }
    }

    private void Count(string key, int item, bool agreed)
    {
        if (_waiting.TryGetValue(key, out DueShard? due))
        {
            due.Count(item, agreed);
            if (due.IsDecided)
            {
                Remove(key, due);
                decisions.DecideByVotes(due);
            }
        }
    }

    private void Remove(string key, DueShard due)
    {
        _waiting.Remove(key);
        due.Provider.Judging -= due.Cost;
    }
}
