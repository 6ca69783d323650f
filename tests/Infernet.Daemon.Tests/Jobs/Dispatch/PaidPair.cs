using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Daemon.Jobs.Dispatch;
using Infernet.Daemon.Jobs.Paying;
using Infernet.Daemon.Payments.Earning;
using Infernet.Daemon.Payments.Paying;

namespace Infernet.Daemon.Tests.Jobs.Dispatch;

/// <summary>
/// A payer's dispatcher and its one provider's gate side by side, without network, journal or clock: shards go over and
/// come back, are judged or paid, in any order that the caller likes. One unit a token, read or generated.
/// </summary>
internal sealed class PaidPair
{
    public const int MaxTokens = 10;
    private const ulong Plenty = 1UL << 40;

    private static readonly PeerId Provider = NodeIdentity.Generate().Id;

    private readonly Prices _prices = new() { InputPerMillionTokens = 1_000_000, OutputPerMillionTokens = 1_000_000 };
    private readonly Dispatcher _dispatcher;
    private readonly CreditGate _gate;
    private readonly CreditShare? _share;
    private readonly IntentUse _intent = new(Plenty);
    private readonly IReadOnlyList<long> _prompts;
    private readonly ulong _earlier;
    private readonly List<(DispatchAction.SendShard Shard, GateEntry Entry, Queue<int> Computing)> _out = [];
    private readonly List<(ulong Cost, bool Judged)> _owed = [];
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch;
    private ulong _left = Plenty;
    private ulong _window;

    /// <param name="window">What the provider lends.</param>
    /// <param name="prompts">The most tokens of each input.</param>
    /// <param name="shardSize">As the job wants it; null for what suits.</param>
    /// <param name="earlier">What earlier jobs owe.</param>
    /// <param name="beside">The gate and the credit that it shares with another job; null if it is alone.</param>
    public PaidPair(
        ulong window, IReadOnlyList<long> prompts, int? shardSize, ulong earlier = 0,
        (CreditGate Gate, CreditLine Credit)? beside = null)
    {
        (_window, _prompts) = (window, prompts);
        _gate = beside?.Gate ?? new CreditGate(Asset.Sol, window, (long)earlier, maxWaiting: 256);
        _share = beside?.Credit.Join(window, (ulong)Int128.Max(0, _gate.Unpaid), () => { });
        _earlier = _share?.Earlier ?? earlier;
        _dispatcher = new Dispatcher(
            new DispatchOptions { MaxTokensPerItem = MaxTokens, PromptTokens = prompts, ShardSize = shardSize },
            [.. prompts.Select(_ => 1)], [], 0, 0);
        Take(new DispatchEvent.ProviderJoined(
            Provider, 256, 8, 50, TimeSpan.FromDays(365), Paid: new PurseTerms(_prices, Funds, TimeSpan.Zero, _share)));
    }

    /// <summary>What the provider did not begin at once: an honest payer's never waits.</summary>
    public List<GateAnswer> Stopped { get; } = [];

    /// <summary>What was sent, in order.</summary>
    public List<IReadOnlyList<int>> Shards { get; } = [];

    public bool IsDone => _dispatcher.OpenUnits == 0;

    /// <summary>Items that were sent.</summary>
    public int Sent => Shards.Sum(s => s.Count);

    /// <summary>Items that are out.</summary>
    public int ItemsOut => _out.Sum(o => o.Shard.Items.Count);

    public int ShardsOut => _out.Count;

    public int Owed => _owed.Count;

    private Funds Funds => PaidProvider.FundsOf(
        _window, _earlier, _left, Sum(_owed), Sum(_owed.Where(o => o.Judged)));

    /// <summary>The most that items can cost as one shard.</summary>
    public ulong Worst(IReadOnlyList<int> items) => _prices.CostOf(Bound(items));

    /// <summary>The next item of a shard ends, and took a share of what it could have taken.</summary>
    public void Finish(int which, double share)
    {
        (DispatchAction.SendShard shard, GateEntry entry, Queue<int> computing) = _out[which];
        if (computing.TryDequeue(out int item))
        {
            var took = new ItemUsage(item, (ulong)Math.Ceiling(_prompts[item] * share), (ulong)(MaxTokens * share));
            if (took.PromptTokens > 0)
            {
                entry.Bound = entry.Bound.Without(UsageBound.Spared(
                    (ulong)_prompts[item], MaxTokens, took.PromptTokens, took.CompletionTokens));
            }

            Assert.That(_gate.Reduce(entry, _prices.CostOf(entry.Bound)), Is.Empty);
            Take(new DispatchEvent.ItemArrived(Provider, shard.Attempt, took));
        }
    }

    /// <summary>A shard comes back; some of it was not needed.</summary>
    public void Deliver(int which, double share, bool judged)
    {
        (DispatchAction.SendShard shard, GateEntry entry, _) = _out[which];
        _out.RemoveAt(which);
        var cost = (ulong)(entry.Worst * share);
        Assert.That(_gate.Ended(entry, cost), Is.Empty);
        _owed.Add((cost, judged));
        Share();
        Take(new DispatchEvent.FundsChanged(Provider, Funds));
        Take(new DispatchEvent.ShardDelivered(
            Provider, shard.Attempt, [.. shard.Items.Select(i => new DeliveredItem(i, 1))]));
    }

    /// <summary>A shard that came back is paid, judged or not.</summary>
    public void Pay(int which)
    {
        ulong cost = _owed[which].Cost;
        _owed.RemoveAt(which);
        _left -= cost;
        Share();
        Assert.That(_gate.Paid(cost), Is.Empty);
        Take(new DispatchEvent.FundsChanged(Provider, Funds));
    }

    /// <summary>The job has ended.</summary>
    public void Leave() => _share?.Dispose();

    /// <summary>The provider lends more, and says so.</summary>
    public void Widen(ulong by)
    {
        _window += by;
        Assert.That(_gate.Resize(_window), Is.Empty);
        Take(new DispatchEvent.FundsChanged(Provider, Funds));
    }

    /// <summary>Time passes.</summary>
    public void Tick()
    {
        _now += TimeSpan.FromMilliseconds(50);
        Take(new DispatchEvent.Tick());
    }

    private void Share() => _share?.SetOwed(Sum(_owed), Sum(_owed.Where(o => o.Judged)));

    private void Take(DispatchEvent happened)
    {
        foreach (DispatchAction.SendShard send in
            _dispatcher.Advance(happened, _now).OfType<DispatchAction.SendShard>())
        {
            var entry = new GateEntry(_intent, Worst(send.Items)) { Bound = Bound(send.Items) };
            if (_gate.Enter(entry) is not GateAnswer.Begin and var answer)
            {
                Stopped.Add(answer);
            }

            _out.Add((send, entry, new Queue<int>(send.Items)));
            Shards.Add(send.Items);
        }
    }

    private Usage Bound(IReadOnlyList<int> items) =>
        new((ulong)items.Sum(i => _prompts[i]), (ulong)items.Count * MaxTokens);

    private static ulong Sum(IEnumerable<(ulong Cost, bool Judged)> owed) =>
        owed.Aggregate(0ul, (sum, o) => sum + o.Cost);
}
