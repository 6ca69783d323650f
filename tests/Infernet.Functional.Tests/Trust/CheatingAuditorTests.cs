using System.Text.Json;
using Infernet.Functional.Tests.Swarm;

namespace Infernet.Functional.Tests.Trust;

/// <summary>Auditors who don't look, or say what is not so, are drawn no more, and nobody honest suffers from them.</summary>
public class CheatingAuditorTests
{
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
}
