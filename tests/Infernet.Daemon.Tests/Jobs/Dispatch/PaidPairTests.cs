namespace Infernet.Daemon.Tests.Jobs.Dispatch;

/// <summary>What a payer sends to a provider that it pays: as much as fits, and never in crumbs.</summary>
[TestFixture]
public sealed class PaidPairTests
{
    private const ulong Item = 20;

    [Test]
    public void RoomForOneItem_WhileAShardIsOut_IsNotUsed()
    {
        PaidPair pair = Uniform(window: 10 * Item, items: 100);

        pair.Deliver(0, share: 0.2, judged: false);

        Assert.That(pair.Shards, Has.Count.EqualTo(2), "of 5 items 4 have room, and the rest is being paid");
        pair.Pay(0);
        Assert.That(pair.Shards.Select(s => s.Count), Is.EqualTo(new[] { 5, 5, 5 }));
    }

    [Test]
    public void RoomForLittle_WhileWhatIsOwedIsBeingPaid_IsNotUsed()
    {
        PaidPair pair = Uniform(window: 10 * Item, items: 100);

        pair.Deliver(0, share: 1, judged: true);
        pair.Deliver(0, share: 0.8, judged: false);

        Assert.That(pair.Shards, Has.Count.EqualTo(2), "one item has room, and five in a moment");
    }

    [Test]
    public void RoomForLittle_WhileAllWaitsForJudgement_IsUsed()
    {
        PaidPair pair = Uniform(window: 10 * Item, items: 100);

        pair.Deliver(0, share: 1, judged: true);
        pair.Deliver(0, share: 0.8, judged: true);

        Assert.That(pair.Shards.Select(s => s.Count), Is.EqualTo(new[] { 5, 5, 1 }));
    }

    [Test]
    public void Window_IsHalvedSoThatOneShardIsComputedWhileAnotherIsPaid()
    {
        PaidPair pair = Uniform(window: 16 * Item, items: 100);

        Assert.That(pair.Shards.Select(s => s.Count), Is.EqualTo(new[] { 8, 8 }));
    }

    [Test]
    public void Window_ThatGrows_MakesLargerShards()
    {
        PaidPair pair = Uniform(window: 8 * Item, items: 100);
        pair.Widen(12 * Item);

        Assert.That(pair.Shards.Select(s => s.Count), Is.EqualTo(new[] { 4, 4, 10 }));
    }

    [Test]
    public void Items_ThatEndWithLess_MakeRoomBeforeTheirShardIsPaid()
    {
        PaidPair pair = Uniform(window: 10 * Item, items: 100);
        for (int i = 0; i < 5; i++)
        {
            pair.Finish(0, share: 0.2);
        }

        Assert.That(pair.Shards, Has.Count.EqualTo(2), "4 have room");
        pair.Finish(1, share: 0.2);
        pair.Finish(1, share: 0.2);
        Assert.That(pair.Shards.Select(s => s.Count), Is.EqualTo(new[] { 5, 5, 5 }));
        Assert.That(pair.Stopped, Is.Empty);
    }

    [Test]
    public void LargeWindow_LeavesTheSizeOfShardsAlone()
    {
        PaidPair pair = Uniform(window: 1_000 * Item, items: 200, shardSize: 20);

        Assert.That(pair.Shards.Select(s => s.Count), Is.EqualTo(new[] { 20, 20 }));
    }

    // From half an item, which only goes as the first one, to many shards, and odd sizes between.
    [Test]
    public void AnyWindow_IsEnoughForAllItems([Values(null, 1, 7)] int? shardSize)
    {
        for (ulong window = Item / 2; window <= 40 * Item; window += 7)
        {
            PaidPair pair = Uniform(window, items: 60, shardSize);
            RunOn(pair, new Random(7), judgedShare: 0.3);

            Assert.That(pair.IsDone, $"window {window}");
            Assert.That(pair.Stopped, Is.Empty, $"window {window}");
        }
    }

    [Test]
    public void Shards_AreNoMoreThanTheWindowMakesNecessary([Range(4, 40)] int itemsInWindow)
    {
        const int items = 300;
        PaidPair pair = Uniform((ulong)itemsInWindow * Item, items, shardSize: 16);
        RunOn(pair, new Random(itemsInWindow), judgedShare: 0);

        int desired = Math.Min(16, itemsInWindow / 2);
        Assert.That(pair.IsDone);
        Assert.That(pair.Shards, Has.Count.LessThanOrEqualTo((items + desired - 1) / desired));
    }

    [Test]
    public void Shards_OfItemsOfAnySize_EndWhereTheNextOneWouldPassHalfOfTheWindow([Range(1, 20)] int seed)
    {
        const int size = 12;
        var random = new Random(seed);
        var window = (ulong)random.Next(200, 2_000);
        long[] prompts = [.. Enumerable.Range(0, 200).Select(_ => (long)random.Next(1, 60))];
        var pair = new PaidPair(window, prompts, size);
        RunOn(pair, random, judgedShare: 0);

        Assert.That(pair.IsDone, $"seed {seed}");
        foreach (IReadOnlyList<int> shard in pair.Shards.SkipLast(1).Where(s => s.Count is not size))
        {
            Assert.That(
                pair.Worst([.. shard, shard[^1] + 1]), Is.GreaterThan(window / 2), $"seed {seed}: {shard.Count} items");
        }
    }

    [Test]
    public void Provider_OfAPayerThatKeepsItsRules_LetsNothingWait([Range(1, 60)] int seed)
    {
        var random = new Random(seed);
        var window = (ulong)random.Next(10, 800);
        long[] prompts = [.. Enumerable.Range(0, random.Next(1, 150))
            .Select(_ => random.NextInt64(0, Math.Max(1, (2 * (long)window) - PaidPair.MaxTokens)))];
        ulong earlier = random.Next(4) == 0 ? (ulong)random.NextInt64((long)window / 2) : 0;
        var pair = new PaidPair(window, prompts, random.Next(2) == 0 ? null : random.Next(1, 20), earlier);
        RunOn(pair, random, random.NextDouble(), growth: random.Next(2) * (long)window);

        Assert.That(pair.Stopped, Is.Empty, $"seed {seed}");
        Assert.That(pair.IsDone || earlier > 0, $"seed {seed}");
    }

    private static PaidPair Uniform(ulong window, int items, int? shardSize = null) =>
        new(window, [.. Enumerable.Repeat((long)Item - PaidPair.MaxTokens, items)], shardSize);

    // Items, deliveries, judgements and payments in any order, until nothing happens any more.
    private static void RunOn(PaidPair pair, Random random, double judgedShare, long growth = 0)
    {
        while (pair.ShardsOut + pair.Owed > 0)
        {
            for (int items = random.Next(4); items > 0 && pair.ShardsOut > 0; items--)
            {
                pair.Finish(random.Next(pair.ShardsOut), random.NextDouble());
            }

            if (random.Next(pair.ShardsOut + pair.Owed) is var which && which < pair.ShardsOut)
            {
                pair.Deliver(which, random.NextDouble(), random.NextDouble() < judgedShare);
            }
            else
            {
                pair.Pay(which - pair.ShardsOut);
            }

            if (growth > 0 && random.Next(10) == 0)
            {
                pair.Widen((ulong)random.NextInt64(growth));
            }

            pair.Tick();
        }
    }
}
