using Infernet.Core.Payments;

namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>
/// What may be out at a provider that is paid: the most that it can cost stays within what the provider gives credit for,
/// and within what was set aside for it. Pure arithmetic over bounds of what each input can take.
/// </summary>
/// <param name="prices">What the provider is paid.</param>
/// <param name="promptTokens">The most tokens that each input can have, by index.</param>
/// <param name="maxTokens">The most tokens of an answer.</param>
/// <param name="itemTime">The most engine time that is reckoned with for an item.</param>
internal sealed class Purse(Prices prices, IReadOnlyList<long> promptTokens, int maxTokens, TimeSpan itemTime)
{
    /// <summary>The most that what is out can cost.</summary>
    public ulong Out { get; private set; }

    /// <summary>The most that may be out, all together.</summary>
    public ulong Room { get; private set; }

    /// <summary>The most that a first item may cost, where nothing is out and nothing is owed.</summary>
    public ulong First { get; private set; }

    /// <summary>Whether nothing more may go out, whatever it is.</summary>
    public bool IsFull => Out >= Room && (Out > 0 || First == 0);

    public void Set(ulong room, ulong first) => (Room, First) = (room, first);

    public void Add(ulong cost) => Out = Saturated(Out, cost);

    public void Remove(ulong cost) => Out -= Math.Min(cost, Out);

    /// <summary>The most that items can cost, as one shard.</summary>
    public ulong CostOf(IEnumerable<int> items)
    {
        (ulong prompt, ulong count) = (0, 0);
        foreach (int item in items)
        {
            prompt += (ulong)promptTokens[item];
            count++;
        }

        return CostOf(prompt, count);
    }

    /// <summary>Whether items may go out as one shard.</summary>
    public bool Allows(IReadOnlyList<int> items) => Allows(CostOf(items), items.Count);

    /// <summary>Whether an item may be the first one out at this provider, at all.</summary>
    public bool MayEver(int item) => CostOf([item]) is var cost && (cost <= Room || cost <= First);

    /// <summary>Decides item by item what still goes into one shard.</summary>
    public Filling Fill() => new(this);

    private ulong CostOf(ulong prompt, ulong count) => prices.CostOf(new Usage(
        prompt, count * (ulong)maxTokens, count * (ulong)(itemTime.Ticks / TimeSpan.TicksPerMicrosecond)));

    private bool Allows(ulong cost, int count) =>
        Saturated(Out, cost) <= Room || Out == 0 && count == 1 && cost <= First;

    private static ulong Saturated(ulong left, ulong right) =>
        left > ulong.MaxValue - right ? ulong.MaxValue : left + right;

    /// <summary>A shard that is being filled.</summary>
    internal sealed class Filling(Purse purse)
    {
        private ulong _prompt;
        private ulong _count;

        /// <summary>Takes an item if it still fits.</summary>
        public bool TryAdd(int item)
        {
            ulong prompt = _prompt + (ulong)purse.Bound(item);
            if (!purse.Allows(purse.CostOf(prompt, _count + 1), (int)_count + 1))
            {
                return false;
            }

            (_prompt, _count) = (prompt, _count + 1);
            return true;
        }
    }

    private long Bound(int item) => promptTokens[item];
}
