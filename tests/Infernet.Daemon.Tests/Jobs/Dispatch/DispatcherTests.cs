using Infernet.Core.Identity;
using Infernet.Daemon.Jobs.Dispatch;

namespace Infernet.Daemon.Tests.Jobs.Dispatch;

/// <summary>The dispatcher stepped by hand: no network, no clock.</summary>
[TestFixture]
public sealed class DispatcherTests : DispatcherFixture
{
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
            Log.OfType<DispatchAction.Finish>().Single().Details,
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

        Assert.That(Log.OfType<DispatchAction.DropProvider>().Single().Banned, Is.True);
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

        Assert.That(Log.OfType<DispatchAction.DropProvider>().Single().Reason, Does.Contain("5 s"));
    }

    [Test]
    public void Provider_ThatIsSilentWithoutWork_Stays()
    {
        Make(4, new DispatchOptions { ShardSize = 4 });
        Join(Alice, silence: TimeSpan.FromHours(1));
        Join(Bob, silence: TimeSpan.FromSeconds(5), itemsPerSecond: 0.001);
        Pass(TimeSpan.FromSeconds(6));

        Assert.That(Log.OfType<DispatchAction.DropProvider>(), Is.Empty);
    }

    [Test]
    public void IdleProvider_StealsAShardThatASlowOneHasNotBegun()
    {
        Make(8, new DispatchOptions { ShardSize = 4 });
        Join(Alice, itemsPerSecond: 0.1);
        Assert.That(Sent(Alice), Has.Count.EqualTo(2));
        Join(Bob, itemsPerSecond: 100);

        Assert.That(Log.OfType<DispatchAction.CancelAttempt>().Single().Attempt, Is.EqualTo(new AttemptId(1, 1)));
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
    public void Provider_ThatWasCalledOffFromAShard_KeepsTheOneThatItHas()
    {
        Make(12, new DispatchOptions { ShardSize = 4, HedgeAfter = TimeSpan.FromHours(1) });
        Join(Alice, itemsPerSecond: 0.1);
        Join(Bob, itemsPerSecond: 100);
        Assert.That(Log.OfType<DispatchAction.CancelAttempt>().Count(), Is.LessThanOrEqualTo(1));
        Join(Carol, itemsPerSecond: 100);
        Pass(TimeSpan.FromMilliseconds(10));

        // Alice has one shard that it computes; whatever was called off does not make it a second one.
        AttemptId[] calledOff = [.. Log.OfType<DispatchAction.CancelAttempt>().Where(c => c.Peer == Alice)
            .Select(c => c.Attempt)];
        Assert.That(Sent(Alice).Select(s => s.Attempt).Except(calledOff).Count(), Is.EqualTo(1));
    }

    [Test]
    public void Shards_OfProvidersThatAreSlowerThanTheySeem_AreNotPassedAround()
    {
        var options = new DispatchOptions { ShardSize = 4, MaxTokensPerItem = 128 };
        int most = MostAttempts(options);
        int sent = Log.OfType<DispatchAction.SendShard>().Count();
        Log.Clear();

        Assert.That(most, Is.LessThanOrEqualTo(6));
        Assert.That(sent, Is.LessThanOrEqualTo(60), "24 shards");
        Assert.That(MostAttempts(options with { StayAfterMove = TimeSpan.Zero }), Is.GreaterThan(most));
    }

    private int MostAttempts(DispatchOptions options)
    {
        Make(96, options);
        PeerId[] peers = [.. Enumerable.Range(0, 5).Select(_ => NodeIdentity.Generate().Id)];
        foreach (PeerId peer in peers)
        {
            // Fifty times slower than it says.
            Step(new DispatchEvent.ProviderJoined(peer, 64, 16, 60, TimeSpan.FromHours(1)));
        }

        var working = new Dictionary<PeerId, DateTimeOffset>();
        for (int step = 0; step < 10_000 && Outcome() is null; step++)
        {
            Pass(TimeSpan.FromMilliseconds(20));
            foreach (PeerId peer in peers)
            {
                WorkSlowly(peer, working);
            }
        }

        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.Done));
        return Log.OfType<DispatchAction.SendShard>().Max(s => s.Attempt.Attempt);
    }

    // One shard after the other, four seconds each; what is called off is given back at once.
    private void WorkSlowly(PeerId peer, Dictionary<PeerId, DateTimeOffset> since)
    {
        HashSet<AttemptId> ended = [.. Log.OfType<DispatchAction.EndAttempt>().Where(e => e.Peer == peer)
            .Select(e => e.Attempt)];
        HashSet<AttemptId> cancelled = [.. Log.OfType<DispatchAction.CancelAttempt>().Where(c => c.Peer == peer)
            .Select(c => c.Attempt)];
        DispatchAction.SendShard[] have = [.. Sent(peer).Where(s => !ended.Contains(s.Attempt))];
        foreach (DispatchAction.SendShard shard in have.Where(s => cancelled.Contains(s.Attempt)))
        {
            Step(new DispatchEvent.ShardDelivered(peer, shard.Attempt, []));
        }

        if (have.FirstOrDefault(s => !cancelled.Contains(s.Attempt)) is not { } first)
        {
            since.Remove(peer);
        }
        else if (since.TryAdd(peer, Now) || Now - since[peer] < TimeSpan.FromSeconds(4))
        {
            return;
        }
        else
        {
            since.Remove(peer);
            Deliver(first);
        }
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

        Assert.That(Log.OfType<DispatchAction.CancelAttempt>().Single().Peer, Is.EqualTo(Alice));
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
        Assert.That(Log.OfType<DispatchAction.CancelAttempt>().Count(), Is.EqualTo(2));
    }

    [Test]
    public void Cancel_EndsTheJob()
    {
        Make(8, new DispatchOptions());
        Join(Alice);
        Step(new DispatchEvent.CancelRequested());

        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.Cancelled));
        Assert.That(Dispatcher.Advance(new DispatchEvent.Tick(), Now), Is.Empty);
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
        while (Log.OfType<DispatchAction.Finish>().FirstOrDefault() is null)
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
        Assert.That(Dispatcher.IsFinished, Is.False);
        Pass(TimeSpan.FromSeconds(1));

        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.NoProviders));
        Assert.That(Log.OfType<DispatchAction.Finish>().Single().Details.Single(), Does.Contain("reset the stream"));
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
}
