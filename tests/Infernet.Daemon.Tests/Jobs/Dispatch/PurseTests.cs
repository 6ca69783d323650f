using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Daemon.Jobs.Dispatch;

namespace Infernet.Daemon.Tests.Jobs.Dispatch;

/// <summary>What may be out at a provider that is paid: one unit a token, read or generated.</summary>
[TestFixture]
public sealed class PurseTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;
    private static readonly PeerId Peer = NodeIdentity.Generate().Id;

    private static readonly Prices Prices = new()
    {
        InputPerMillionTokens = 1_000_000, OutputPerMillionTokens = 1_000_000,
    };

    [Test]
    public void Shard_IsCutWhereTheRoomEnds()
    {
        Dispatcher dispatcher = Start([10, 10, 10, 10]);

        Assert.That(Sent(Join(dispatcher, 45, 45)), Is.EqualTo(new[] { new[] { 0, 1 } }));
    }

    [Test]
    public void FirstItem_MayCostMoreThanTheRoomButNotMoreThanThat()
    {
        Assert.That(Sent(Join(Start([10, 10]), room: 5, first: 20)), Is.EqualTo(new[] { new[] { 0 } }));
        Assert.That(Sent(Join(Start([10, 10]), room: 5, first: 19)), Is.Empty);
    }

    // That each had answered all that it may, which was said once, helps nobody.
    [Test]
    public void Job_WhoseItemsAreTooLargeForAnyWindow_SaysSo()
    {
        Dispatcher dispatcher = Start([100]);
        Join(dispatcher, room: 20, first: 40);
        dispatcher.Advance(new DispatchEvent.Tick(), Now);

        DispatchAction.Finish end = dispatcher.Advance(new DispatchEvent.Tick(), Now.AddMinutes(2))
            .OfType<DispatchAction.Finish>().Single();

        Assert.That(end.Outcome, Is.EqualTo(DispatchOutcome.NoProviders));
        Assert.That(end.Details[0], Does.Contain("none lets as much be unpaid").And.Contain("fewer tokens"));
    }

    [Test]
    public void Item_ThatNeverFits_IsPassedOver() =>
        Assert.That(Sent(Join(Start([100, 10, 10]), room: 45, first: 45)), Is.EqualTo(new[] { new[] { 1, 2 } }));

    // An audit may take minutes, and what it judges fills the window meanwhile.
    [Test]
    public void Job_WhoseWindowIsFullOfWhatIsJudged_WaitsForThat()
    {
        Dispatcher dispatcher = Start([10, 10, 10]);
        AttemptId attempt = Join(dispatcher, room: 20, first: 20).OfType<DispatchAction.SendShard>().Single().Attempt;
        dispatcher.Advance(new DispatchEvent.AuditsPending(1), Now);
        dispatcher.Advance(new DispatchEvent.FundsChanged(Peer, new Funds(0, 0, 20, false)), Now);
        dispatcher.Advance(new DispatchEvent.ShardDelivered(Peer, attempt, [new DeliveredItem(0, 1)]), Now);

        Assert.That(dispatcher.Advance(new DispatchEvent.Tick(), Now.AddMinutes(1)), Is.Empty);
        Assert.That(dispatcher.Advance(new DispatchEvent.Tick(), Now.AddMinutes(10)), Is.Empty);

        dispatcher.Advance(new DispatchEvent.AuditsPending(0), Now.AddMinutes(10));
        Assert.That(
            dispatcher.Advance(new DispatchEvent.Tick(), Now.AddMinutes(12)).OfType<DispatchAction.Finish>().Single().Outcome,
            Is.EqualTo(DispatchOutcome.NoProviders), "and not for ever");
    }

    [Test]
    public void Funds_ThatGrow_LetMoreOut()
    {
        Dispatcher dispatcher = Start([10, 10, 10]);
        Join(dispatcher, room: 20, first: 20);

        IReadOnlyList<DispatchAction> actions = dispatcher.Advance(new DispatchEvent.FundsChanged(Peer, new Funds(60, 0, 60, false)), Now);

        Assert.That(Sent(actions), Is.EqualTo(new[] { new[] { 1, 2 } }));
        Assert.That(dispatcher.OutAt(Peer), Is.EqualTo(2));
    }

    // One of 20, of which 3 were prompt and 2 answer, leaves 15: what is out is 25 then.
    [TestCase(0, 3UL, 2UL, 25UL)]
    [TestCase(0, 0UL, 0UL, 40UL, Description = "Nothing was said")]
    [TestCase(0, 1_000UL, 1_000UL, 40UL, Description = "More than there can be")]
    [TestCase(3, 3UL, 2UL, 40UL, Description = "An item that is elsewhere")]
    [TestCase(-1, 3UL, 2UL, 40UL, Description = "No item at all")]
    public void Item_ThatEnded_MakesRoomForWhatItDidNotTake(int item, ulong prompt, ulong completion, ulong left)
    {
        Dispatcher dispatcher = Start([10, 10, 10, 10]);
        AttemptId attempt = Join(dispatcher, room: 40, first: 40).OfType<DispatchAction.SendShard>().Single().Attempt;
        dispatcher.Advance(
            new DispatchEvent.ItemArrived(Peer, attempt, new ItemUsage(item, prompt, completion)), Now);

        // A third item, of 20, goes out where it just fits.
        IReadOnlyList<DispatchAction> before = dispatcher.Advance(
            new DispatchEvent.FundsChanged(Peer, new Funds(left + 19, 0, 40, false)), Now);
        IReadOnlyList<DispatchAction> after = dispatcher.Advance(
            new DispatchEvent.FundsChanged(Peer, new Funds(left + 40, 0, 40, false)), Now);

        Assert.That(Sent(before), Is.Empty);
        Assert.That(Sent(after), Is.EqualTo(new[] { new[] { 2, 3 } }));
    }

    [Test]
    public void FundsThatAreSpent_EndTheJobOnceNothingIsOut()
    {
        Dispatcher dispatcher = Start([10, 10]);
        IReadOnlyList<DispatchAction> sent = Join(dispatcher, room: 20, first: 20);
        AttemptId attempt = sent.OfType<DispatchAction.SendShard>().Single().Attempt;

        IReadOnlyList<DispatchAction> before = dispatcher.Advance(new DispatchEvent.FundsSpent("nothing left"), Now);
        dispatcher.Advance(new DispatchEvent.FundsChanged(Peer, default), Now);
        IReadOnlyList<DispatchAction> after = dispatcher.Advance(
            new DispatchEvent.ShardDelivered(Peer, attempt, [new DeliveredItem(0, 3)]), Now);

        Assert.That(before, Is.Empty);
        DispatchAction.Finish finish = after.OfType<DispatchAction.Finish>().Single();
        Assert.That((finish.Outcome, finish.Details[0]), Is.EqualTo((DispatchOutcome.FundsSpent, "nothing left")));
    }

    private static Dispatcher Start(long[] promptTokens) => new(
        new DispatchOptions { MaxTokensPerItem = 10, PromptTokens = promptTokens, ShardSize = 8 },
        [.. promptTokens.Select(_ => 1)], [], 0, 0);

    private static IReadOnlyList<DispatchAction> Join(Dispatcher dispatcher, ulong room, ulong first) =>
        dispatcher.Advance(
            new DispatchEvent.ProviderJoined(
                Peer, 64, 8, 100, TimeSpan.FromMinutes(1), Paid: new PurseTerms(
                    Prices, new Funds(room, first, Whole: room, IsGrowing: false), TimeSpan.Zero)),
            Now);

    private static int[][] Sent(IReadOnlyList<DispatchAction> actions) =>
        [.. actions.OfType<DispatchAction.SendShard>().Select(s => s.Items.ToArray())];
}
