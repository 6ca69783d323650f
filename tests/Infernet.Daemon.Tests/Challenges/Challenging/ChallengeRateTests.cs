using Infernet.Daemon.Challenges.Challenging;

namespace Infernet.Daemon.Tests.Challenges.Challenging;

[TestFixture]
public sealed class ChallengeRateTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Test]
    public void NetworkPart_OfAFewRounds_IsARoundTripEach() => Assert.That(
        ChallengeRate.NetworkPart(Second, TimeSpan.FromMilliseconds(20), 3, 0.25),
        Is.EqualTo(TimeSpan.FromMilliseconds(60)));

    // A prover that holds pings back would otherwise have its work for nothing.
    [Test]
    public void NetworkPart_OfPingsHeldBack_IsBounded() => Assert.That(
        ChallengeRate.NetworkPart(Second, TimeSpan.FromSeconds(30), 3, 0.25), Is.EqualTo(Second / 4));

    [Test]
    public void Rate_IsWorkByTheTimeThatIsLeft() => Assert.That(
        ChallengeRate.Of(9, Second, Second / 4), Is.EqualTo(12).Within(1e-9));

    [Test]
    public void Rate_OfNoTimeAtAll_IsFinite() =>
        Assert.That(double.IsFinite(ChallengeRate.Of(1, TimeSpan.Zero, TimeSpan.Zero)), Is.True);
}
