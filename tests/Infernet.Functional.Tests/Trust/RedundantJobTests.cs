using System.Text.Json;
using Infernet.Functional.Tests.Swarm;

namespace Infernet.Functional.Tests.Trust;

/// <summary>Where nobody judges, several providers answer, and a liar among them is outvoted.</summary>
public class RedundantJobTests
{
    [Test]
    public async Task Embeddings_WithALiarAmongThoseWhoCompute_AreThoseOfTheMajority()
    {
        await using CheatingNode liar = await CheatingNode.JoinAsync(TrustSwarm.Swarm, "wrong-embedding");
        SwarmNode[] honest = [TrustSwarm.Swarm.Providers[0], TrustSwarm.Swarm.Providers[1]];
        float[][] right = await EmbedAsync("--peer", honest[0].PeerId, "--verify", "none");

        float[][] voted = await EmbedAsync(
            "--peer", honest[0].PeerId, "--peer", honest[1].PeerId, "--peer", liar.PeerId,
            "--min-providers", "3", "--verify", "redundant", "--copies", "3");

        Assert.That(voted, Is.EqualTo(right));
    }

    private static async Task<float[][]> EmbedAsync(params string[] arguments)
    {
        string[] texts = ["heron", "stork", "volcano", "bravery", "a slab of stone", "a kind of bird"];
        CommandResult job = await TrustSwarm.Submitter.RunAsync(
            [
                "job", "submit", "--model", "wordnet", "--kind", "embedding", "--shard-size", "2", "--json",
                .. texts.SelectMany(text => (string[])["--prompt", text]), .. arguments,
            ]);
        JsonElement[] results = job.Succeeded().JsonLines[..^1];
        return [.. results.Select(r => r.GetProperty("embedding").EnumerateArray().Select(n => n.GetSingle()).ToArray())];
    }
}
