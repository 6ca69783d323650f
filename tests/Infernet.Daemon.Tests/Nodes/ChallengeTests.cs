using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Daemon.Nodes;
using Infernet.Execution.Challenges;

namespace Infernet.Daemon.Tests.Nodes;

/// <summary>Whole nodes that challenge each other over loopback.</summary>
[TestFixture]
public sealed class ChallengeTests
{
    [Test]
    public async Task Challenge_OfEachOther_IsMeasuredAndCarriedInTheAdvert()
    {
        await using var nodes = new TestNodes();
        Node first = await nodes.StartAsync("first");
        Node second = await nodes.StartAsync("second");

        foreach ((Node challenger, Node prover) in ((Node, Node)[])[(first, second), (second, first)])
        {
            ChallengeReport report = await challenger.Challenges
                .ChallengeAsync(prover.Id, ChallengeKernels.MatrixProduct, 256, CancellationToken.None);

            Assert.That(report.Verdict, Is.EqualTo("passed"), report.Reason);
            HardwareMeasurement carried = await CarriedAsync(challenger, prover);
            Assert.That(carried.Challenger, Is.EqualTo(challenger.Id.ToString()));
            Assert.That(carried.Rate, Is.EqualTo(report.Rate));
            Assert.That(carried.Kernel, Is.EqualTo(ChallengeKernels.MatrixProduct));
            Assert.That(prover.Status().Hardware.Measured.Select(m => m.Rate), Is.EqualTo(new[] { report.Rate }));
        }
    }

    [Test]
    public async Task Job_ThatIsLarge_SaysWhomItIsAboutToUse()
    {
        await using var nodes = new TestNodes();
        Node node = await nodes.StartServingAsync("node");
        var wanted = new List<PeerId>();
        node.Jobs.LargeJobMatched += wanted.AddRange;

        await node.Jobs.SubmitAsync(TestNodes.Job(10), CancellationToken.None);
        Assert.That(wanted, Is.Empty);
        await node.Jobs.SubmitAsync(TestNodes.Job(1_000), CancellationToken.None);
        Assert.That(wanted, Is.EqualTo(new[] { node.Id }));
    }

    private static async Task<HardwareMeasurement> CarriedAsync(Node asking, Node about)
    {
        IReadOnlyList<PeerStatus> peers = await asking.Peers.ListAsync(CancellationToken.None);
        return peers.Single(p => p.PeerId == about.Id.ToString()).Hardware!.Measured.Single();
    }
}
