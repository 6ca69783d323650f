using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Challenges.Results;

namespace Infernet.Daemon.Tests.Challenges.Results;

[TestFixture]
public sealed class MeasuredClassTests
{
    private static readonly NodeIdentity Provider = NodeIdentity.Generate();
    private static readonly NodeIdentity Challenger = NodeIdentity.Generate();
    private static readonly Hardware Claiming = new() { ClaimedOperationsPerSecond = 400e9 };

    [Test]
    public void Peer_ThatWasNeverMeasured_KeepsItsClaim() =>
        Assert.That(MeasuredClass.Share(Claiming, [], null), Is.EqualTo(1));

    [Test]
    public void Peer_MeasuredNearItsClaim_KeepsIt() =>
        Assert.That(MeasuredClass.Share(Claiming, [Measured(210e9)], null), Is.EqualTo(1));

    [Test]
    public void Peer_MeasuredFarBelowItsClaim_IsRankedByTheMeasurement() =>
        Assert.That(MeasuredClass.Share(Claiming, [Measured(100e9)], null), Is.EqualTo(0.25));

    [Test]
    public void Peer_MeasuredAboveItsClaim_GainsNothing() =>
        Assert.That(MeasuredClass.Share(Claiming, [Measured(9e15)], null), Is.EqualTo(1));

    // A friend's signature does not outweigh what this node saw.
    [Test]
    public void Measurement_OfOnesOwn_GoesBeforeThoseOfOthers() =>
        Assert.That(MeasuredClass.Share(Claiming, [Measured(400e9)], own: 40e9), Is.EqualTo(0.1));

    [Test]
    public void Measurement_OfAnotherKernelOrDevice_SaysNothingAboutTheClaim()
    {
        Assert.That(MeasuredClass.Share(Claiming, [Measured(1e9, r => r.Kernel = "memory-walk")], null), Is.EqualTo(1));
        Assert.That(MeasuredClass.Share(Claiming, [Measured(1e9, r => r.Device = "a GPU")], null), Is.EqualTo(1));
    }

    [Test]
    public void Peer_ThatClaimsNothing_LosesNothing() =>
        Assert.That(MeasuredClass.Share(new Hardware(), [Measured(1)], own: 1), Is.EqualTo(1));

    private static Measurement Measured(double rate, Action<ChallengeResult>? change = null) =>
        TestResults.Opened(Challenger, Provider.Id, result =>
        {
            result.Rate = rate;
            change?.Invoke(result);
        });
}
