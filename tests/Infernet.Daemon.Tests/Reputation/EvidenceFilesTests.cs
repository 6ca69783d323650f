using Infernet.Core.Api;
using Infernet.Core.Audits;
using Infernet.Core.Evidence;
using Infernet.Core.Schemas;
using Infernet.Daemon.Nodes;
using Infernet.Daemon.Tests.Nodes;

namespace Infernet.Daemon.Tests.Reputation;

/// <summary>Evidence files of real jobs: what a node exports, anybody can check.</summary>
[TestFixture]
public sealed class EvidenceFilesTests
{
    [Test]
    public async Task Export_OfACheatAndOfItsJob_HoldsAndShowsWhatItDid()
    {
        await using AuditSwarm swarm = await AuditSwarm.StartAsync(2);
        Node cheat = await swarm.AddAsync("cheat", AuditSwarm.Canned);
        (JobStatus ended, _) = await swarm.RunAsync(swarm.Job(40, 3));

        IReadOnlyList<EvidenceCaseReport> ofPeer = Read(swarm.Submitter.Evidence.Export(cheat.Id.ToString()));
        IReadOnlyList<EvidenceCaseReport> ofJob = Read(swarm.Submitter.Evidence.Export(ended.Id[..8]));

        Assert.Multiple(() =>
        {
            Assert.That(ofPeer.Select(c => c.Problem), Is.All.Null);
            Assert.That(ofPeer.Select(c => c.Work!.Provider), Is.All.EqualTo(cheat.Id));
            Assert.That(
                ofPeer.Count(c => c.Finding!.Outcome == ShardOutcome.Rejected), Is.GreaterThanOrEqualTo(2));
            Assert.That(ofJob.Select(c => c.Problem), Is.All.Null);
            Assert.That(ofJob.Select(c => c.Finding!.Outcome), Has.Some.EqualTo(ShardOutcome.Verified));
            Assert.That(ofJob, Has.Count.GreaterThan(ofPeer.Count));
        });
    }

    [TestCase("3f2a")]
    [TestCase("no job")]
    [TestCase("12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN")]
    public async Task Export_OfWhatIsNotKnown_SaysSo(string subject)
    {
        await using var nodes = new TestNodes();
        Node node = await nodes.StartAsync("one");

        Assert.That(
            () => node.Evidence.Export(subject),
            Throws.TypeOf<ApiException>().With.Property("Error").Property("Code").EqualTo("not-found"));
    }

    private static IReadOnlyList<EvidenceCaseReport> Read(EvidenceExport export) =>
        new EvidenceFileCheck(AuditCalibrations.Shipped)
            .Read(EvidenceBytes.TryReadFile(export.File) ?? new EvidenceFile(), DateTimeOffset.UtcNow);
}
