using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Paying;

/// <summary>A delivered shard that is to be paid, or not.</summary>
internal sealed class DueShard(PaidProvider provider, long shard, int attempt, ulong cost, IEnumerable<OutputRecord> voted)
{
    private readonly Dictionary<int, OutputRecord> _voted = voted.ToDictionary(o => o.Index);
    private readonly long _tokens = voted.Sum(TokensOf);
    private long _lost;

    public PaidProvider Provider { get; } = provider;

    public long Shard { get; } = shard;

    public int Attempt { get; } = attempt;

    /// <summary>What its receipt comes to.</summary>
    public ulong Cost { get; } = cost;

    /// <summary>Of redundant work: whether every answer's vote has ended.</summary>
    public bool IsDecided => _voted.Count == 0;

    /// <summary>Of redundant work: what is not paid, for answers that lost their votes; in proportion to their tokens.
    /// </summary>
    public ulong Lost => _tokens == 0 ? 0 : (ulong)((UInt128)Cost * (ulong)_lost / (ulong)_tokens);

    /// <summary>An answer's vote ended.</summary>
    public void Count(int item, bool agreed)
    {
        if (_voted.Remove(item, out OutputRecord? answer))
        {
            _lost += agreed ? 0 : TokensOf(answer);
        }
    }

    /// <summary>Its provider's answers are worth nothing any more.</summary>
    public void Strike()
    {
        _lost += _voted.Values.Sum(TokensOf);
        _voted.Clear();
    }

    private static long TokensOf(OutputRecord answer) => 1 + answer.PromptTokens + answer.CompletionTokens;
}
