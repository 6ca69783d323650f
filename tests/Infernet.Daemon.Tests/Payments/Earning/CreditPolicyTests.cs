using Infernet.Core.Payments;
using Infernet.Core.Reputation;
using Infernet.Daemon.Payments.Earning;

namespace Infernet.Daemon.Tests.Payments.Earning;

[TestFixture]
public sealed class CreditPolicyTests
{
    private const ulong Smallest = 4_096;

    [Test]
    public void Newcomer_GetsTheSmallestWindow() => Assert.That(Window(EarningBench.Newcomer), Is.EqualTo(Smallest));

    [Test]
    public void Excluded_GetsNothing() =>
        Assert.That(Window(EarningBench.Newcomer with { Exclusion = "it cheats" }), Is.Zero);

    [Test]
    public void Standing_WithoutAnythingExchanged_WidensNothing() =>
        Assert.That(Window(EarningBench.Newcomer with { QueuePriority = 2, Score = 1 }), Is.EqualTo(Smallest));

    [Test]
    public void WorkForThisNode_WithoutStanding_WidensNothing() => Assert.That(
        Window(EarningBench.Newcomer with { SettledTokens = 1e9 }), Is.EqualTo(Smallest));

    [TestCase(8_000UL, Smallest)]
    [TestCase(10_000UL, 5_000UL)]
    [TestCase(1_000_000_000UL, 1_048_576UL)]
    public void Payments_WithoutStanding_WidenByHalfUpToTheBestStanding(ulong paid, ulong window) =>
        Assert.That(Window(EarningBench.Newcomer, paid), Is.EqualTo(window));

    [Test]
    public void Payments_OfAnExcludedPeer_WidenNothing() => Assert.That(
        Window(EarningBench.Newcomer with { Exclusion = "it cheats" }, paid: 1_000_000), Is.Zero);

    // Whoever pays up to be trusted, and then runs away with the window, has paid more than it takes.
    [TestCase(1_000UL)]
    [TestCase(100_000UL)]
    [TestCase(10_000_000UL)]
    public void Running_AfterPaying_CostsMoreThanItBrings(ulong paid) => Assert.That(
        Window(EarningBench.Newcomer with { QueuePriority = 1 }, paid), Is.LessThanOrEqualTo(Smallest + (paid / 2)));

    [Test]
    public void Window_IsNeverAboveThatOfTheBestStanding() => Assert.That(
        Window(EarningBench.Newcomer with { QueuePriority = 2 }, ulong.MaxValue / 2), Is.EqualTo(1_048_576));

    [Test]
    public void Stake_AddsWhatItIs() =>
        Assert.That(Window(EarningBench.Newcomer, staked: 500), Is.EqualTo(Smallest + 500));

    [Test]
    public void Amounts_OfAnySize_OverflowNothing() => Assert.That(
        Window(EarningBench.Newcomer with { QueuePriority = 1, SettledTokens = 1e300 }, ulong.MaxValue, ulong.MaxValue),
        Is.EqualTo(ulong.MaxValue));

    [Test]
    public void PriceOf_TakesTheDearerOfTheTwoAndTheTime()
    {
        var prices = new Prices { InputPerMillionTokens = 1_000_000, OutputPerMillionTokens = 3_000_000 };

        Assert.That(CreditPolicy.PriceOf(prices, 10, TimeSpan.FromMilliseconds(20)), Is.EqualTo(30));
        Assert.That(
            CreditPolicy.PriceOf(new Prices { EnginePerHour = 3_600_000 }, 10, TimeSpan.FromMilliseconds(20)),
            Is.EqualTo(200));
    }

    [TestCase(0UL, 12_288UL)]
    [TestCase(20_000UL, 6_384UL)]
    [TestCase(32_768UL, 0UL)]
    public void FirstCredit_IsWithoutAReason_AsFarAsPaymentsGiveNone(ulong paid, ulong trusted) => Assert.That(
        Of(EarningBench.Newcomer, paid, first: 16_384), Is.EqualTo(new PayerWindow(16_384, trusted)));

    [Test]
    public void FirstCredit_OfAnExcludedPeer_IsNothing() => Assert.That(
        Of(EarningBench.Newcomer with { Exclusion = "it cheats" }, staked: 7, first: 16_384), Is.EqualTo(new PayerWindow(7, 0)));

    [Test]
    public void FirstCredit_AndAStake_AddUp() =>
        Assert.That(Window(EarningBench.Newcomer, staked: 500, first: 16_384), Is.EqualTo(16_884));

    private static ulong Window(PeerStanding standing, ulong paid = 0, ulong staked = 0, ulong first = 0) =>
        Of(standing, paid, staked, first).Amount;

    private static PayerWindow Of(PeerStanding standing, ulong paid = 0, ulong staked = 0, ulong first = 0) =>
        CreditPolicy.Window(standing, paid, staked, first, tokens => (ulong)Math.Max(0, tokens), new ReputationOptions());
}
