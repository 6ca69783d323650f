using System.Text.Json;
using Infernet.Functional.Tests.Swarm;

namespace Infernet.Functional.Tests.Trust;

/// <summary>Auditors who don't look, or say what is not so, are drawn no more, and nobody honest suffers from them.</summary>
public class CheatingAuditorTests
{
    private const int MostJobs = 4;

    [TestCase("slandering-auditor")]
    [TestCase("copying-auditor")]
    public async Task Auditor_ThatSaysWhatItDidNotFind_IsDrawnNoMore(string cheat)
    {
        await using CheatingNode auditor = await CheatingNode.JoinAsync(TrustSwarm.Swarm, cheat);

        FinishedJob job = await TrustSwarm.AskAsync(sampled: false, "--audit-rate", "1");

        Assert.That(job.Answers, Is.EqualTo(TrustSwarm.Expected(sampled: false)));
        Assert.That(
            job.Status.GetProperty("providers").EnumerateArray().Sum(p => p.GetProperty("rejected").GetInt32()), Is.Zero);
        JsonElement standing = await TrustSwarm.StandingOfAsync(auditor.PeerId);
        Assert.That(standing.GetProperty("may_audit").GetBoolean(), Is.False);
    }

    // What a lazy auditor says is right as long as everybody is honest: only answers that are known to be wrong tell.
    [Test]
    public async Task Auditor_ThatPassesEverythingUnseen_IsFoundOutByCanaries()
    {
        await using CheatingNode auditor = await CheatingNode.JoinAsync(TrustSwarm.Swarm, "lazy-auditor");
        await using CheatingNode submitter = await CheatingNode.WatchAsync(TrustSwarm.Swarm, canaryRate: 1);

        for (int jobs = 0; jobs == 0 || await MayAuditAsync(submitter, auditor.PeerId) && jobs < MostJobs; jobs++)
        {
            FinishedJob job = await TrustSwarm.AskThroughAsync(submitter, sampled: false, "--audit-rate", "1");
            Assert.That(job.Answers, Is.EqualTo(TrustSwarm.Expected(sampled: false)));
        }

        Assert.That(
            await MayAuditAsync(submitter, auditor.PeerId), Is.False,
            (await submitter.RunAsync("reputation", "show", auditor.PeerId, "--json")).Output);
        foreach (SwarmNode honest in TrustSwarm.Swarm.Providers)
        {
            Assert.That(await MayAuditAsync(submitter, honest.PeerId), Is.True);
        }
    }

    private static async Task<bool> MayAuditAsync(CheatingNode submitter, string peer) =>
        (await submitter.RunAsync("reputation", "show", peer, "--json")).Succeeded().Json
        .GetProperty("standing").GetProperty("may_audit").GetBoolean();
}
