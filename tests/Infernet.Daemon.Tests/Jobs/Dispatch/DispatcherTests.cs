using Infernet.Core.Identity;
using Infernet.Daemon.Jobs.Dispatch;

namespace Infernet.Daemon.Tests.Jobs.Dispatch;

/// <summary>The dispatcher stepped by hand: no network, no clock.</summary>
[TestFixture]
public sealed class DispatcherTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;
    private static readonly PeerId Alice = NodeIdentity.Generate().Id;
    private static readonly PeerId Bob = NodeIdentity.Generate().Id;
    private static readonly PeerId Carol = NodeIdentity.Generate().Id;

    private readonly List<DispatchAction> _log = [];
    private readonly HashSet<(PeerId Peer, long Shard)> _held = [];
    private Dispatcher _dispatcher = null!;
    private DateTimeOffset _now;

    [SetUp]
    public void SetUp()
    {
        _now = Start;
        _log.Clear();
        _held.Clear();
    }

    [Test]
    public void Provider_ThatJoins_GetsTwoShardsOfTheFirstItems()
    {
        Make(100, new DispatchOptions { ShardSize = 8 });
        Join(Alice);

        Assert.That(Sent(Alice).SelectMany(s => s.Items), Is.EqualTo(Enumerable.Range(0, 16)));
        Assert.That(Sent(Alice).Select(s => s.Attempt), Is.EqualTo(new[] { new AttemptId(0, 1), new AttemptId(1, 1) }));
    }

    [Test]
    public void Provider_WithFewPlaces_IsNotGivenMore()
    {
        Make(100, new DispatchOptions { ShardSize = 8 });
        Join(Alice, maxItems: 3);

        Assert.That(Sent(Alice).SelectMany(s => s.Items).Count(), Is.EqualTo(3));
    }

    [Test]
    public void Items_DeliveredTwice_AreAcceptedOnce()
    {
        Make(4, new DispatchOptions { ShardSize = 4 });
        Join(Alice);
        DispatchAction.SendShard shard = Sent(Alice).Single();
        Deliver(shard);
        Deliver(shard);

        Assert.That(Accepted(), Is.EqualTo(new[] { 0, 1, 2, 3 }));
        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.Done));
    }

    [Test]
    public void Items_OfAnEarlierRun_AreNotSentAgain()
    {
        Make(6, new DispatchOptions { ShardSize = 4 }, done: [0, 2, 4]);
        Join(Alice);

        Assert.That(Sent(Alice).SelectMany(s => s.Items), Is.EqualTo(new[] { 1, 3, 5 }));
    }

    [Test]
    public void Job_WithNothingOpen_FinishesAtOnce()
    {
        Make(2, new DispatchOptions(), done: [0, 1]);
        Step(new DispatchEvent.Tick());

        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.Done));
    }

    [Test]
    public void Shard_OfALostProvider_GoesElsewhereAfterTheDelay()
    {
        Make(4, new DispatchOptions { ShardSize = 4, RetryDelay = TimeSpan.FromSeconds(1) });
        Join(Alice);
        Step(new DispatchEvent.ProviderLost(Alice, "gone", Misbehaved: false));
        Join(Bob);
        Assert.That(Sent(Bob), Is.Empty);

        Pass(TimeSpan.FromSeconds(1));

        Assert.That(Sent(Bob).Single().Items, Is.EqualTo(new[] { 0, 1, 2, 3 }));
        Assert.That(Sent(Bob).Single().Attempt, Is.EqualTo(new AttemptId(0, 2)));
    }

    [Test]
    public void Shard_ThatFailed_IsNotGivenToTheSameProviderWhileThereIsAnother()
    {
        Make(4, new DispatchOptions { ShardSize = 4 });
        Join(Alice);
        Join(Bob);
        DispatchAction.SendShard first = Sent(Alice).Single();
        Step(new DispatchEvent.ShardFailed(Alice, first.Attempt, "no"));
        Pass(TimeSpan.FromSeconds(1));

        Assert.That(Sent(Alice), Has.Count.EqualTo(1));
        Assert.That(Sent(Bob), Has.Count.EqualTo(1));
    }

    [Test]
    public void Shard_ThatFailedOnEverybody_MayBeTriedAgainThere()
    {
        Make(4, new DispatchOptions { ShardSize = 4 });
        Join(Alice);
        Step(new DispatchEvent.ShardFailed(Alice, Sent(Alice).Single().Attempt, "no"));
        Pass(TimeSpan.FromSeconds(1));

        Assert.That(Sent(Alice), Has.Count.EqualTo(2));
    }

    [Test]
    public void Shard_ThatFailedThreeTimes_EndsTheJobWithEveryReason()
    {
        Make(4, new DispatchOptions { ShardSize = 4 });
        Join(Alice);
        for (int attempt = 1; attempt <= 3; attempt++)
        {
            Step(new DispatchEvent.ShardFailed(Alice, new AttemptId(0, attempt), $"reason {attempt}"));
            Pass(TimeSpan.FromSeconds(1));
        }

        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.AttemptsExhausted));
        Assert.That(
            _log.OfType<DispatchAction.Finish>().Single().Details,
            Has.Count.EqualTo(3).And.Some.Contains("reason 1").And.Some.Contains("reason 3"));
    }

    [Test]
    public void Retries_WaitLongerEachTime()
    {
        Make(4, new DispatchOptions { ShardSize = 4, RetryDelay = TimeSpan.FromSeconds(1) });
        Join(Alice);
        Step(new DispatchEvent.ShardFailed(Alice, new AttemptId(0, 1), "no"));
        Pass(TimeSpan.FromSeconds(1));
        Step(new DispatchEvent.ShardFailed(Alice, new AttemptId(0, 2), "no"));
        Pass(TimeSpan.FromSeconds(1));
        Assert.That(Sent(Alice), Has.Count.EqualTo(2));

        Pass(TimeSpan.FromSeconds(1));

        Assert.That(Sent(Alice), Has.Count.EqualTo(3));
    }

    [Test]
    public void Receipt_ThatIsWrong_BansItsProviderAndRedoesTheItems()
    {
        Make(4, new DispatchOptions { ShardSize = 4 });
        Join(Alice);
        Join(Bob);
        Step(new DispatchEvent.ReceiptRejected(Alice, Sent(Alice).Single().Attempt, "forged"));
        Join(Alice);
        Pass(TimeSpan.FromSeconds(1));

        Assert.That(_log.OfType<DispatchAction.DropProvider>().Single().Banned, Is.True);
        Assert.That(Accepted(), Is.Empty);
        Assert.That(Sent(Bob).Single().Items, Is.EqualTo(new[] { 0, 1, 2, 3 }));
        Assert.That(Sent(Alice), Has.Count.EqualTo(1));
    }

    [Test]
    public void Provider_ThatIsSilentWithWork_IsLost()
    {
        Make(4, new DispatchOptions { ShardSize = 4 });
        Join(Alice, silence: TimeSpan.FromSeconds(5));
        Pass(TimeSpan.FromSeconds(6));

        Assert.That(_log.OfType<DispatchAction.DropProvider>().Single().Reason, Does.Contain("5 s"));
    }

    [Test]
    public void Provider_ThatIsSilentWithoutWork_Stays()
    {
        Make(4, new DispatchOptions { ShardSize = 4 });
        Join(Alice, silence: TimeSpan.FromHours(1));
        Join(Bob, silence: TimeSpan.FromSeconds(5), itemsPerSecond: 0.001);
        Pass(TimeSpan.FromSeconds(6));

        Assert.That(_log.OfType<DispatchAction.DropProvider>(), Is.Empty);
    }

    [Test]
    public void IdleProvider_StealsAShardThatASlowOneHasNotBegun()
    {
        Make(8, new DispatchOptions { ShardSize = 4 });
        Join(Alice, itemsPerSecond: 0.1);
        Assert.That(Sent(Alice), Has.Count.EqualTo(2));
        Join(Bob, itemsPerSecond: 100);

        Assert.That(_log.OfType<DispatchAction.CancelAttempt>().Single().Attempt, Is.EqualTo(new AttemptId(1, 1)));
        Assert.That(Sent(Bob).Single().Attempt, Is.EqualTo(new AttemptId(1, 2)));
    }

    [Test]
    public void StolenShard_IsNotTakenBackBeforeItsFirstProviderAnsweredForIt()
    {
        Make(8, new DispatchOptions { ShardSize = 4 });
        Join(Alice, itemsPerSecond: 0.1);
        Join(Bob, itemsPerSecond: 100);
        DispatchAction.SendShard stolen = Sent(Bob).Single();
        Step(new DispatchEvent.ProviderLost(Bob, "reset the stream", Misbehaved: false));
        Deliver(Sent(Alice)[0]);
        Pass(TimeSpan.FromMinutes(1));
        Assert.That(Sent(Alice), Has.Count.EqualTo(2));

        Step(new DispatchEvent.ShardDelivered(Alice, Sent(Alice)[1].Attempt, []));

        Assert.That(Sent(Alice)[2].Items, Is.EqualTo(stolen.Items));
    }

    [Test]
    public void IdleProvider_HedgesTheSlowestShardNearTheEnd()
    {
        Make(4, new DispatchOptions { ShardSize = 4, HedgeAfter = TimeSpan.FromSeconds(1) });
        Join(Alice, itemsPerSecond: 0.1);
        Join(Bob, itemsPerSecond: 100);
        Assert.That(Sent(Bob), Is.Empty);
        Pass(TimeSpan.FromSeconds(1));
        Assert.That(Sent(Bob).Single().Attempt, Is.EqualTo(new AttemptId(0, 2)));

        Deliver(Sent(Bob).Single());

        Assert.That(_log.OfType<DispatchAction.CancelAttempt>().Single().Peer, Is.EqualTo(Alice));
        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.Done));
    }

    [Test]
    public void CancelledAttempt_ThatStillDelivers_CountsForWhatIsMissing()
    {
        Make(8, new DispatchOptions { ShardSize = 4 });
        Join(Alice, itemsPerSecond: 0.1);
        Join(Bob, itemsPerSecond: 100);
        DispatchAction.SendShard stolen = Sent(Alice)[1];
        Step(new DispatchEvent.ShardDelivered(Alice, stolen.Attempt, [new DeliveredItem(4, 1)]));
        Deliver(Sent(Bob).Single());

        Assert.That(Accepted(), Is.EqualTo(new[] { 4, 5, 6, 7 }));
    }

    [Test]
    public void Deadline_ThatPasses_EndsTheJobAndCallsOffTheRest()
    {
        Make(8, new DispatchOptions { ShardSize = 4, Deadline = Start + TimeSpan.FromSeconds(10) });
        Join(Alice);
        Pass(TimeSpan.FromSeconds(10));

        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.DeadlinePassed));
        Assert.That(_log.OfType<DispatchAction.CancelAttempt>().Count(), Is.EqualTo(2));
    }

    [Test]
    public void Cancel_EndsTheJob()
    {
        Make(8, new DispatchOptions());
        Join(Alice);
        Step(new DispatchEvent.CancelRequested());

        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.Cancelled));
        Assert.That(_dispatcher.Advance(new DispatchEvent.Tick(), _now), Is.Empty);
    }

    [Test]
    public void Budget_IsNeverExceededWhateverIsOut()
    {
        Make(100, new DispatchOptions { ShardSize = 4, MaxTokensPerItem = 10, TokenBudget = 65 });
        Join(Alice, maxItems: 64);
        Assert.That(Sent(Alice).Sum(s => s.Items.Count), Is.EqualTo(6));

        foreach (DispatchAction.SendShard shard in Sent(Alice))
        {
            Deliver(shard, tokens: 10);
        }

        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.BudgetSpent));
        Assert.That(Accepted(), Has.Count.EqualTo(6));
    }

    [Test]
    public void Budget_ThatItemsDidNotUse_IsSpentOnFurtherOnes()
    {
        Make(8, new DispatchOptions { ShardSize = 4, MaxTokensPerItem = 10, TokenBudget = 45 });
        Join(Alice, maxItems: 64);
        while (_log.OfType<DispatchAction.Finish>().FirstOrDefault() is null)
        {
            Deliver(Sent(Alice)[^1], tokens: 1);
        }

        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.Done));
    }

    [Test]
    public void Job_WithoutProvidersForTooLong_EndsWithTheReasons()
    {
        Make(8, new DispatchOptions { NoProviderTimeout = TimeSpan.FromSeconds(30) });
        Join(Alice);
        Step(new DispatchEvent.ProviderLost(Alice, "reset the stream", Misbehaved: false));
        Pass(TimeSpan.FromSeconds(29));
        Assert.That(_dispatcher.IsFinished, Is.False);
        Pass(TimeSpan.FromSeconds(1));

        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.NoProviders));
        Assert.That(_log.OfType<DispatchAction.Finish>().Single().Details.Single(), Does.Contain("reset the stream"));
    }

    [Test]
    public void LateProvider_TakesPart()
    {
        Make(1_000, new DispatchOptions { ShardSize = 4 });
        Join(Alice);
        Pass(TimeSpan.FromSeconds(1));
        Join(Carol);

        Assert.That(Sent(Carol), Is.Not.Empty);
    }

    [Test]
    public void Providers_OfDifferentSpeed_GetShardsOfDifferentSize()
    {
        Make(10_000, new DispatchOptions());
        Join(Alice, itemsPerSecond: 200);
        Join(Bob, itemsPerSecond: 20);

        Assert.That(Sent(Alice)[0].Items, Has.Count.EqualTo(100));
        Assert.That(Sent(Bob)[0].Items, Has.Count.EqualTo(10));
    }

    [Test]
    public void LargeInputs_TravelInSmallShards()
    {
        Make(10, new DispatchOptions { ShardSize = 10, MaxShardBytes = 250 }, size: 100);
        Join(Alice);

        Assert.That(Sent(Alice).Select(s => s.Items.Count), Is.All.EqualTo(2));
    }

    [Test]
    public void AnyCourseOfEvents_EndsWithEveryItemOnce([Range(1, 50)] int seed)
    {
        var random = new Random(seed);
        int total = random.Next(1, 300);
        Make(total, new DispatchOptions { MaxAttempts = int.MaxValue, HedgeAfter = TimeSpan.FromMilliseconds(100) });
        PeerId[] peers = [.. Enumerable.Range(0, 5).Select(_ => NodeIdentity.Generate().Id)];
        var outThere = new List<DispatchAction.SendShard>();
        for (int step = 0; step < 300 && !_dispatcher.IsFinished; step++)
        {
            Watch(outThere, () => Chance(random, peers, outThere));
        }

        // Then everybody behaves, and the job must come to its end.
        for (int step = 0; step < 1_000 && !_dispatcher.IsFinished; step++)
        {
            Watch(outThere, () => Join(peers[step % peers.Length]));
            DispatchAction.SendShard[] all = [.. outThere];
            outThere.Clear();
            foreach (DispatchAction.SendShard shard in all)
            {
                Watch(outThere, () => Deliver(shard));
            }

            Watch(outThere, () => Pass(TimeSpan.FromSeconds(30)));
        }

        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.Done), $"seed {seed}");
        Assert.That(Accepted().Order(), Is.EqualTo(Enumerable.Range(0, total)), $"seed {seed}");
    }

    private void Watch(List<DispatchAction.SendShard> outThere, Action step)
    {
        int before = _log.Count;
        step();
        outThere.AddRange(_log.Skip(before).OfType<DispatchAction.SendShard>());
    }

    private void Chance(Random random, PeerId[] peers, List<DispatchAction.SendShard> outThere)
    {
        _now += TimeSpan.FromMilliseconds(random.Next(100));
        PeerId peer = peers[random.Next(peers.Length)];
        switch (random.Next(10))
        {
            case 0:
                Step(new DispatchEvent.ProviderLost(peer, "chance", Misbehaved: false));
                break;
            case 1 or 2:
                Join(peer, maxItems: random.Next(1, 50), itemsPerSecond: random.NextDouble() * 100);
                break;
            case < 9 when outThere.Count > 0:
                DispatchAction.SendShard shard = outThere[random.Next(outThere.Count)];
                int part = random.Next(shard.Items.Count + 1);
                if (random.Next(8) == 0)
                {
                    Step(new DispatchEvent.ShardFailed(shard.Peer, shard.Attempt, "chance"));
                }
                else
                {
                    Step(new DispatchEvent.ShardDelivered(
                        shard.Peer, shard.Attempt, [.. shard.Items.Take(part).Select(i => new DeliveredItem(i, 1))]));
                }

                break;
            default:
                Step(new DispatchEvent.Tick());
                break;
        }
    }

    private void Make(int total, DispatchOptions options, int[]? done = null, int size = 1) =>
        _dispatcher = new Dispatcher(options, [.. Enumerable.Repeat(size, total)], done ?? [], 0, 0);

    private void Join(PeerId peer, int maxItems = 1_000, double itemsPerSecond = 10, TimeSpan? silence = null) =>
        Step(new DispatchEvent.ProviderJoined(peer, maxItems, 4, itemsPerSecond, silence ?? TimeSpan.FromHours(1)));

    private void Deliver(DispatchAction.SendShard shard, int tokens = 1) => Step(new DispatchEvent.ShardDelivered(
        shard.Peer, shard.Attempt, [.. shard.Items.Select(i => new DeliveredItem(i, tokens))]));

    private void Pass(TimeSpan time)
    {
        _now += time;
        Step(new DispatchEvent.Tick());
    }

    private void Step(DispatchEvent happened)
    {
        IReadOnlyList<DispatchAction> actions = _dispatcher.Advance(happened, _now);
        foreach (DispatchAction action in actions)
        {
            Hold(action);
        }

        _log.AddRange(actions);
    }

    // The protocol names shards by their id: a provider that has one must answer for it before it gets it again.
    private void Hold(DispatchAction action)
    {
        switch (action)
        {
            case DispatchAction.SendShard send:
                Assert.That(_held.Add((send.Peer, send.Attempt.Shard)), $"{send.Peer} has shard {send.Attempt} already");
                break;
            case DispatchAction.EndAttempt end:
                _held.Remove((end.Peer, end.Attempt.Shard));
                break;
            case DispatchAction.DropProvider drop:
                _held.RemoveWhere(h => h.Peer == drop.Peer);
                break;
        }
    }

    private IReadOnlyList<DispatchAction.SendShard> Sent(PeerId peer) =>
        [.. _log.OfType<DispatchAction.SendShard>().Where(s => s.Peer == peer)];

    private IReadOnlyList<int> Accepted() => [.. _log.OfType<DispatchAction.EndAttempt>().SelectMany(e => e.Accepted)];

    private DispatchOutcome? Outcome() => _log.OfType<DispatchAction.Finish>().SingleOrDefault()?.Outcome;
}
