using Infernet.Functional.Tests.Swarm;

namespace Infernet.Functional.Tests.Trust;

/// <summary>Exact jobs run where every bit can be reproduced, and a single other token is one too many there.</summary>
public class ExactModeTests
{
    private static readonly string[] Exactly = ["--cpu-variant", "sse42", "--flash-attention", "false"];

    private readonly List<SwarmNode> _exact = [];

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        foreach (string name in (string[])["exact-0", "exact-1"])
        {
            _exact.Add(await TrustSwarm.Swarm.JoinAsync(name, "--cpu-variant", "sse42", "--no-flash-attention"));
        }
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        foreach (SwarmNode node in _exact)
        {
            await node.DisposeAsync();
        }
    }

    [Test]
    public async Task Answers_OfACheat_AreRejectedAndRedoneToTheLastBit()
    {
        await using CheatingNode cheater = await CheatingNode.JoinAsync(
            TrustSwarm.Swarm, "heavier-quantisation", Exactly);
        FinishedJob alone = await TrustSwarm.AskOnlyAsync(sampled: true, [_exact[0].PeerId], "--verify", "none");

        FinishedJob job = await TrustSwarm.AskOnlyAsync(
            sampled: true, [.. _exact.Select(e => e.PeerId), cheater.PeerId], "--verify", "exact", "--audit-rate", "1");

        Assert.That(job.Answers, Is.EqualTo(alone.Answers));
        Assert.That(job.Provider(cheater.PeerId).GetProperty("rejected").GetInt32(), Is.GreaterThan(0));
        foreach (SwarmNode honest in _exact)
        {
            Assert.That(job.Provider(honest.PeerId).GetProperty("rejected").GetInt32(), Is.Zero);
        }
    }
}
