using System.Text.Json;
using Infernet.Functional.Tests.Swarm;

namespace Infernet.Functional.Tests.Trust;

/// <summary>What a cheat leaves behind can be shown to others, and can't be changed.</summary>
public class EvidenceTests
{
    private const int NotVerified = 5;

    [Test]
    public async Task Evidence_AgainstACheat_HoldsUntilABitOfItIsChanged()
    {
        await using CheatingNode cheater = await CheatingNode.JoinAsync(TrustSwarm.Swarm, "canned-answer");
        await TrustSwarm.AskOnlyAsync(sampled: false, [cheater.PeerId, TrustSwarm.Swarm.Providers[0].PeerId]);
        string file = Path.Combine(TrustSwarm.Swarm.Folder, "case.evidence");

        (await TrustSwarm.Submitter.RunAsync("evidence", "export", cheater.PeerId, "--output", file)).Succeeded();

        // By another node, which was not there.
        SwarmNode other = TrustSwarm.Swarm.Providers[^1];
        JsonElement held = (await other.RunAsync("evidence", "verify", file, "--json")).Succeeded().Json;
        JsonElement[] cases = [.. held.GetProperty("cases").EnumerateArray()];
        Assert.That(cases.Select(c => c.GetProperty("provider").GetString()), Has.All.EqualTo(cheater.PeerId));
        Assert.That(cases.Select(c => c.GetProperty("outcome").GetString()), Has.Some.EqualTo("rejected"));

        byte[] changed = await File.ReadAllBytesAsync(file);
        changed[changed.Length / 3] ^= 1;
        await File.WriteAllBytesAsync(file, changed);
        CommandResult refused = await other.RunAsync("evidence", "verify", file);
        Assert.That(refused.ExitCode, Is.EqualTo(NotVerified), refused.Output + refused.Error);
    }
}
