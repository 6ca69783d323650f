using System.Text.Json;
using Infernet.Functional.Tests.Swarm;

namespace Infernet.Functional.Tests.Payments;

/// <summary>Auditors are paid like providers: their price to the lamport, and nothing where they were found wrong.</summary>
public class PaidAuditTests
{
    /// <summary>0.5 SOL for a million tokens.</summary>
    private const long PricePerToken = 500;

    private const int ShardSize = 4;
    private const int MostJobs = 4;

    [Test]
    public async Task Auditor_ThatDoesNotWorkOnTheJob_EarnsExactlyItsPrice()
    {
        SwarmNode auditor = PaidSwarm.Providers[1];
        JsonElement before = await ByKindAsync(auditor.RunAsync);
        CommandResult run = await PaidSwarm.TryAskAsync(
            "--peer", PaidSwarm.Providers[0].PeerId, "--audit-rate", "1", "--shard-size", $"{ShardSize}", "--temperature", "0");

        JsonElement[] lines = run.Succeeded().JsonLines;
        long price = lines[..^1].Where(r => Auditors(r).Contains(auditor.PeerId))
            .Sum(r => Number(r, "prompt_tokens") + Number(r, "completion_tokens")) * PricePerToken;
        JsonElement payment = lines[^1].GetProperty("payment");
        Assert.That(price, Is.GreaterThan(0));
        Assert.That(Number(payment, "audits"), Is.EqualTo(price), "the third node judges for nothing");
        Assert.That(
            Number(payment, "paid"),
            Is.EqualTo(lines[^1].GetProperty("providers").EnumerateArray().Sum(p => Number(p, "paid"))));
        await PaidSwarm.UntilAsync(async () => Number(await ByKindAsync(auditor.RunAsync), "paid") - Number(before, "paid") == price);
        JsonElement after = await ByKindAsync(auditor.RunAsync);
        Assert.That(Number(after, "earned") - Number(before, "earned"), Is.EqualTo(price), after.ToString());
        Assert.That(Number(after, "audits"), Is.GreaterThan(Number(before, "audits")));
    }

    [Test]
    public async Task Auditor_ThatPassesEverythingUnseen_IsNotPaidForWhatItMissed()
    {
        (string lazyHome, string home) = (Path.Combine(PaidSwarm.Swarm.Folder, "lazy"), Path.Combine(PaidSwarm.Swarm.Folder, "watchful"));
        await PaidSwarm.PrepareAsync(lazyHome);
        await PaidSwarm.PrepareAsync(home, canaries: 1);
        await using CheatingNode lazy = await CheatingNode.JoinAtAsync(PaidSwarm.Swarm, lazyHome, "lazy-auditor");
        await using CheatingNode submitter = await CheatingNode.WatchAtAsync(PaidSwarm.Swarm, home, canaryRate: 1);

        for (int jobs = 0; jobs == 0 || await MayAuditAsync(submitter, lazy.PeerId) && jobs < MostJobs; jobs++)
        {
            (await submitter.RunAsync(
                "job", "submit", "--model", PaidSwarm.Swarm.Model, "--input", await PaidSwarm.QuestionsAsync(),
                "--max-tokens", "96", "--shard-size", $"{ShardSize}", "--budget", "0.4SOL", "--audit-rate", "1", "--json",
                "--peer", PaidSwarm.Providers[0].PeerId)).Succeeded();
        }

        Assert.That(await MayAuditAsync(submitter, lazy.PeerId), Is.False);
        JsonElement[] channels = [.. (await submitter.RunAsync("channel", "list", "--json")).Succeeded().Json.EnumerateArray()];
        long promised = channels.Where(c => c.GetProperty("peer_id").GetString() == lazy.PeerId).Sum(c => Number(c, "promised"));
        await PaidSwarm.UntilAsync(async () => Number(await ByKindAsync(lazy.RunAsync), "paid") == promised);
        JsonElement earned = await ByKindAsync(lazy.RunAsync);
        Assert.That(Number(earned, "unpaid"), Is.GreaterThan(0), earned.ToString());
        Assert.That(Number(earned, "unpaid") % PricePerToken, Is.Zero);
    }

    // The row of audits; of a node that has none an empty one.
    private static async Task<JsonElement> ByKindAsync(Func<string[], Task<CommandResult>> run)
    {
        JsonElement[] rows = [.. (await run(["earnings", "--by", "kind", "--json"])).Succeeded().Json
            .GetProperty("rows").EnumerateArray().Where(r => r.GetProperty("key").GetString() == "audit")];
        return rows.Length > 0
            ? rows[0]
            : JsonDocument.Parse("""{"audits":0,"earned":0,"paid":0,"unpaid":0}""").RootElement;
    }

    private static async Task<bool> MayAuditAsync(CheatingNode submitter, string peer) =>
        (await submitter.RunAsync("reputation", "show", peer, "--json")).Succeeded().Json
        .GetProperty("standing").GetProperty("may_audit").GetBoolean();

    private static string[] Auditors(JsonElement result) =>
        [.. result.GetProperty("verification").GetProperty("auditors").EnumerateArray().Select(a => a.GetString()!)];

    private static long Number(JsonElement element, string name) => element.GetProperty(name).GetInt64();
}
