using System.Text.Json;
using Infernet.Functional.Tests.Swarm;

namespace Infernet.Functional.Tests.Trust;

/// <summary>Providers that are slow, or compute on another CPU, are not taken for cheats.</summary>
public class HonestProviderTests
{
    [Test]
    public async Task Provider_ThatIsSlow_IsNotPunished()
    {
        await using CheatingNode slow = await CheatingNode.JoinAsync(TrustSwarm.Swarm, "slow");

        FinishedJob job = await TrustSwarm.AskAsync(sampled: true);

        Assert.That(job.Answers, Is.EqualTo(TrustSwarm.Expected(sampled: true)));
        await ExpectUnharmedAsync(job, slow.PeerId);
    }

    [TestCase("sse42")]
    [TestCase("haswell")]
    public async Task Provider_OnAnotherCpu_IsNotPunishedForRoundingOtherwise(string variant)
    {
        await using SwarmNode other = await TrustSwarm.Swarm.JoinAsync(variant, "--cpu-variant", variant);

        FinishedJob job = await TrustSwarm.AskOnlyAsync(sampled: true, [other.PeerId]);

        Assert.That(job.Results, Has.Length.EqualTo(TrustSwarm.FewQuestions));
        Assert.That(job.Provider(other.PeerId).GetProperty("passed").GetInt32(), Is.GreaterThan(0), $"{job.Status}");
        await ExpectUnharmedAsync(job, other.PeerId);
    }

    private static async Task ExpectUnharmedAsync(FinishedJob job, string peer)
    {
        Assert.That(job.Provider(peer).GetProperty("rejected").GetInt32(), Is.Zero);
        JsonElement standing = await TrustSwarm.StandingOfAsync(peer);
        Assert.That(standing.TryGetProperty("exclusion", out _), Is.False);
    }
}
