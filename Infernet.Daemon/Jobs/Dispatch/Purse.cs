using Infernet.Core.Payments;
using Infernet.Daemon.Payments.Paying;

namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>
/// What may be out at a provider that is paid: the most that it can cost stays within what the provider gives credit for,
/// and within what was set aside for it. Pure arithmetic over bounds of what each input can take.
/// <para>
/// Each payment makes some room, and a shard has costs of its own (a receipt, a voucher, commits on both sides), so what
/// there happens to be room for is not sent at once: see <see cref="ShardFilling"/>. TCP calls that the silly window.
/// </para>
/// </summary>
/// <param name="prices">What the provider is paid.</param>
/// <param name="promptTokens">The most tokens that each input can have, by index.</param>
/// <param name="maxTokens">The most tokens of an answer.</param>
/// <param name="itemTime">The most engine time that is reckoned with for an item.</param>
/// <param name="share">What other jobs leave of the provider's credit; null if there are none to share it with.</param>
internal sealed class Purse(
    Prices prices, IReadOnlyList<long> promptTokens, int maxTokens, TimeSpan itemTime, CreditShare? share = null)
{
    /// <summary>The most that what is out can cost.</summary>
    public ulong Out
    {
        get;
        private set
        {
            field = value;
            share?.SetOut(value);
        }
    }

    /// <summary>Whether something waits for room that other jobs have.</summary>
    public bool WaitsForOthers => share?.IsWaiting == true;

    /// <summary>What may be out.</summary>
    public Funds Funds { get; private set; }

    /// <summary>Whether nothing more may go out, whatever it is.</summary>
    public bool IsFull => Out >= Funds.Room && (Out > 0 || Funds.First == 0);

    /// <summary>Whether more room comes only by something new that goes out, as far as is known.</summary>
    public bool IsIdle => Out == 0 && !Funds.IsGrowing && share?.OthersMove != true;

    public void Set(Funds funds) => Funds = funds;

    /// <summary>Whatever could go out now has.</summary>
    public void EndRound() => share?.EndRound();

    /// <summary>A shard goes out.</summary>
    public void Add(AttemptState attempt)
    {
        attempt.Bound = BoundOf(attempt.Items);
        attempt.Cost = prices.CostOf(attempt.Bound);
        Out = Saturated(Out, attempt.Cost);
    }

    /// <summary>
    /// An item of it ended: what it did not take is room for others. A provider that says less than its receipt will say
    /// lends more than it means to; no more is paid for that than was set aside.
    /// </summary>
    public void Spare(AttemptState attempt, ItemUsage took)
    {
        if (attempt.UnitOf(took.Item) is null || took.PromptTokens == 0)
        {
            return;
        }

        attempt.Bound = attempt.Bound.Without(UsageBound.Spared(
            PromptOf(took.Item), (ulong)maxTokens, took.PromptTokens, took.CompletionTokens));
        ulong cost = prices.CostOf(attempt.Bound);
        Out -= Math.Min(Out, attempt.Cost - cost);
        attempt.Cost = cost;
    }

    /// <summary>It is not out any more.</summary>
    public void Remove(AttemptState attempt) => Out -= Math.Min(attempt.Cost, Out);

    /// <summary>Whether items may go out as one shard.</summary>
    public bool Allows(IReadOnlyList<int> items) =>
        Allows(prices.CostOf(BoundOf(items)), (ulong)items.Count, waits: false);

    /// <summary>Whether an item fits beside others, once what is owed is paid.</summary>
    public bool MayEver(int item) => CostOf(PromptOf(item), 1) <= Funds.Whole;

    /// <summary>Decides item by item what goes into one shard.</summary>
    public ShardFilling Fill() => new(this);

    /// <summary>The most tokens of an item's input.</summary>
    internal ulong PromptOf(int item) => (ulong)promptTokens[item];

    internal ulong CostOf(ulong prompt, ulong count) => prices.CostOf(BoundOf(prompt, count));

    internal bool Allows(ulong cost, ulong count, bool waits) =>
        (Saturated(Out, cost) <= Funds.Room || (Out == 0 && count == 1 && cost <= Funds.First))
        && share?.TryGrant(Saturated(Out, cost), waits) != false;

    private Usage BoundOf(IReadOnlyList<int> items) =>
        BoundOf(items.Aggregate(0ul, (sum, item) => sum + PromptOf(item)), (ulong)items.Count);

    // No less time than the provider reckons with, or what is sent would wait there.
    private Usage BoundOf(ulong prompt, ulong count)
    {
        ulong completion = count * (ulong)maxTokens;
        return new Usage(prompt, completion, Math.Max(
            count * (ulong)(itemTime.Ticks / TimeSpan.TicksPerMicrosecond),
            UsageBound.EngineMicroseconds(prompt + completion)));
    }

    private static ulong Saturated(ulong left, ulong right) =>
        left > ulong.MaxValue - right ? ulong.MaxValue : left + right;
}
