using Infernet.Core.Api;
using Infernet.Daemon.Nodes;

namespace Infernet.Daemon.Tests.Nodes;

/// <summary>Jobs whose answers are judged, on whole nodes with the real engine.</summary>
[TestFixture]
public sealed class AuditedJobTests
{
    [Test]
    public async Task Provider_ThatGivesCannedAnswers_IsRejectedConvictedAndItsItemsAreRedone()
    {
        await using AuditSwarm swarm = await AuditSwarm.StartAsync(2);
        Node cheat = await swarm.AddAsync("cheat", AuditSwarm.Canned);

        (JobStatus ended, IReadOnlyList<JobResult> results) = await swarm.RunAsync(swarm.Job(60, 3));

        Assert.That(ended.State, Is.EqualTo("done"));
        Assert.That(
            results.Select(r => r.Output), Is.EqualTo(Enumerable.Range(0, 60).Select(i => TestNodes.Questions[i].Answer)));
        Assert.That(results.Select(r => r.Provider), Has.None.EqualTo(cheat.Id.ToString()));
        JobProvider account = ended.Providers.Single(p => p.PeerId == cheat.Id.ToString());
        Assert.That(account.Rejected, Is.GreaterThanOrEqualTo(2));
        Assert.That(account.Items, Is.Zero);
        Assert.That(await swarm.EventsAsync(ended.Id, "audit-rejected"), Is.Not.Empty);
        Assert.That(await swarm.EventsAsync(ended.Id, "provider-convicted"), Has.Count.EqualTo(1));
        Assert.That(swarm.Submitter.Reputation.Of(cheat.Id).IsExcluded, Is.True);
    }
}
