using Infernet.Daemon.Payments.Paying;

namespace Infernet.Daemon.Tests.Payments.Paying;

[TestFixture]
public sealed class ChannelPolicyTests
{
    private static readonly PayingOptions Options = new() { ChannelDeposit = 50 };

    private static IEnumerable<TestCaseData> Unusable()
    {
        yield return Case("Opening", Channels.Open() with { State = PayChannelState.Opening });
        yield return Case("Closing", Channels.Open() with { State = PayChannelState.Closing });
        yield return Case("Closed", Channels.Open() with { State = PayChannelState.Closed });
        yield return Case("Failed", Channels.Open() with { State = PayChannelState.Failed });
        yield return Case("Expired", Channels.Open() with { Expiry = Channels.Now });
    }

    [TestCaseSource(nameof(Unusable))]
    public void Channel_ThatCantBePaidBy_IsNotUsed(object channel) =>
        Assert.That(
            Plan(10, ((PayChannel)channel, 0)), Is.EqualTo(new ChannelPlan.Open(50, Channels.Now + Options.Term)));

    [Test]
    public void NoChannel_OneIsOpenedWithTheUsualDepositOrTheCeiling()
    {
        Assert.That(Plan(10), Is.EqualTo(new ChannelPlan.Open(50, Channels.Now + Options.Term)));
        Assert.That(Plan(60), Is.EqualTo(new ChannelPlan.Open(60, Channels.Now + Options.Term)));
    }

    [Test]
    public void Channel_WithRoom_IsUsed()
    {
        PayChannel channel = Channels.Open(deposit: 100, promised: 60);

        Assert.That(Plan(30, (channel, 10)), Is.EqualTo(new ChannelPlan.Use(channel)));
    }

    [TestCase(31ul, 50ul, Description = "One unit is missing: the usual deposit comes")]
    [TestCase(130ul, 100ul, Description = "More is missing than the usual deposit: all of it comes")]
    public void Channel_WithoutRoom_IsToppedUp(ulong ceiling, ulong amount)
    {
        PayChannel channel = Channels.Open(deposit: 100, promised: 60);

        Assert.That(Plan(ceiling, (channel, 10)), Is.EqualTo(new ChannelPlan.TopUp(channel, amount, null)));
    }

    [Test]
    public void Channel_ThatEndsSoon_IsLengthened()
    {
        PayChannel channel = Channels.Open() with { Expiry = Channels.Now.AddDays(6) };

        Assert.That(
            Plan(10, (channel, 0)), Is.EqualTo(new ChannelPlan.TopUp(channel, 0, Channels.Now + Options.Term)));
    }

    [Test]
    public void SeveralChannels_TheOneWithTheMostRoomIsUsed()
    {
        PayChannel large = Channels.Open("large", deposit: 90);

        Assert.That(
            Plan(10, (Channels.Open("reserved"), 80), (large, 0), (Channels.Open("promised", 100, 20), 0)),
            Is.EqualTo(new ChannelPlan.Use(large)));
    }

    [Test]
    public void Room_OfAChannelThatIsOverdrawn_IsNothing()
    {
        Assert.That(ChannelPolicy.Room(Channels.Open(deposit: 10, promised: 20), 0), Is.Zero);
        Assert.That(ChannelPolicy.Room(Channels.Open(deposit: 10), 11), Is.Zero);
    }

    [Test]
    public void Step_OfWhatACrashLeft_IsToResume()
    {
        Assert.That(NextIfGone(Channels.Open() with { State = PayChannelState.Opening }), Is.EqualTo(ChannelStep.Resume));
        Assert.That(Next(Channels.Open() with { Adding = 1 }), Is.EqualTo(ChannelStep.Resume));
        Assert.That(Next(Channels.Open() with { AddingExpiry = Channels.Now }), Is.EqualTo(ChannelStep.Resume));
    }

    [Test]
    public void Step_OfAChannelThatTheChainDoesNotHave_ForgetsOnlyWhatMayBeGone()
    {
        Assert.That(NextIfGone(Channels.Open()), Is.EqualTo(ChannelStep.None));
        Assert.That(NextIfGone(Channels.Open() with { State = PayChannelState.Closing }), Is.EqualTo(ChannelStep.Forget));
        Assert.That(NextIfGone(Channels.Open() with { Expiry = Channels.Now.AddDays(-1) }), Is.EqualTo(ChannelStep.Forget));
    }

    [Test]
    public void Step_OfAnIdleChannel_ClosesItUnlessAJobUsesIt()
    {
        PayChannel idle = Channels.Open() with { UsedAt = Channels.Now - Options.IdleClose };

        Assert.That(Next(idle), Is.EqualTo(ChannelStep.Close));
        Assert.That(Next(idle, inUse: true), Is.EqualTo(ChannelStep.None));
        Assert.That(Next(Channels.Open()), Is.EqualTo(ChannelStep.None));
    }

    [Test]
    public void Step_OfAClosingChannel_AsksOnceWaitsAndReclaims()
    {
        PayChannel closing = Channels.Open() with { State = PayChannelState.Closing };
        long now = Channels.Now.ToUnixTimeSeconds();

        Assert.That(Next(closing), Is.EqualTo(ChannelStep.RequestClose));
        Assert.That(Next(closing, now + 1), Is.EqualTo(ChannelStep.None));
        Assert.That(Next(closing, now), Is.EqualTo(ChannelStep.Reclaim));
    }

    [TestCase(3_599, false)]
    [TestCase(3_600, true)]
    public void Step_OfAnExpiredChannel_ReclaimsAfterTheDelay(int seconds, bool reclaims) =>
        Assert.That(
            Next(Channels.Open() with { Expiry = Channels.Now.AddSeconds(-seconds) }),
            Is.EqualTo(reclaims ? ChannelStep.Reclaim : ChannelStep.None));

    private static ChannelPlan Plan(ulong ceiling, params (PayChannel, ulong)[] channels) =>
        ChannelPolicy.Plan(channels, ceiling, Channels.Now, Options);

    private static ChannelStep Next(PayChannel channel, long reclaimAt = 0, bool inUse = false) => ChannelPolicy.Next(
        channel, Channels.OnChain(channel, reclaimAt), inUse, Channels.Now, Options);

    private static ChannelStep NextIfGone(PayChannel channel) =>
        ChannelPolicy.Next(channel, null, false, Channels.Now, Options);

    private static TestCaseData Case(string name, PayChannel channel) =>
        new TestCaseData(channel).SetArgDisplayNames(name);
}
