using Infernet.Core.Identity;
using Infernet.Daemon.Challenges.Proving;

namespace Infernet.Daemon.Tests.Challenges.Proving;

[TestFixture]
public sealed class ProverAllowanceTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;
    private static readonly ProverLimits Limits = new() { MaxPerChallenger = 2, MaxPerHour = 3 };

    [Test]
    public void Challenger_WithItsShare_IsToldSoUntilTheHourIsOver()
    {
        var allowance = new ProverAllowance(Limits);
        PeerId peer = NodeIdentity.Generate().Id;

        Assert.That(allowance.TryServe(peer, Now), Is.Null);
        Assert.That(allowance.TryServe(peer, Now.AddMinutes(30)), Is.Null);
        Assert.That(allowance.TryServe(peer, Now.AddMinutes(59)), Does.Contain("of one peer"));
        Assert.That(allowance.TryServe(peer, Now.AddMinutes(60)), Is.Null, "the first is an hour ago");
        Assert.That(allowance.TryServe(peer, Now.AddMinutes(61)), Is.Not.Null);
    }

    [Test]
    public void Flood_FromManyIdentities_IsBoundedInTotal()
    {
        var allowance = new ProverAllowance(Limits);

        int served = Enumerable.Range(0, 1_000).Count(_ => allowance.TryServe(NodeIdentity.Generate().Id, Now) is null);

        Assert.That(served, Is.EqualTo(3));
    }
}
