using System.Text.Json;
using Infernet.Functional.Tests.Swarm;

namespace Infernet.Functional.Tests.Payments;

/// <summary>Stakes, leases and slashing by evidence from the command line, on the local ledger.</summary>
public class ContractTests
{
    [Test]
    public async Task Stake_OfACheat_IsSlashedByEvidence()
    {
        string home = Path.Combine(PaidSwarm.Swarm.Folder, "cheat");
        await PaidSwarm.PrepareAsync(home);
        await using CheatingNode cheat = await CheatingNode.JoinAtAsync(PaidSwarm.Swarm, home, "canned-answer");
        (await cheat.RunAsync("stake", "add", "100", "SOL", "--yes")).Succeeded();
        JsonElement wallet = (await cheat.RunAsync("wallet", "show", "--json")).Succeeded().Json;
        string owner = wallet.GetProperty("address").GetString()!;

        // It is caught by a job that it shares with one other; by the next one, if its channel opened too late for this.
        // Verdicts are revealed a moment after a job's end.
        string evidence = Path.Combine(PaidSwarm.Swarm.Folder, "cheat.evidence");
        await PaidSwarm.UntilAsync(async () =>
        {
            await PaidSwarm.TryAskAsync(
                "--peer", cheat.PeerId, "--peer", PaidSwarm.Providers[0].PeerId, "--min-providers", "2", "--shard-size", "4");
            return (await PaidSwarm.Submitter.RunAsync("evidence", "export", cheat.PeerId, "-o", evidence)).ExitCode == 0;
        });

        string first = await AttestAsync(1, evidence, owner);
        CommandResult alone = await PaidSwarm.Submitter.RunAsync("stake", "slash", first, "--yes");
        Assert.That(alone.ExitCode, Is.EqualTo(6), "one of three is not enough");
        string second = await AttestAsync(2, evidence, owner);
        JsonElement slashed = (await PaidSwarm.Submitter.RunAsync("stake", "slash", first, second, "--yes", "--json"))
            .Succeeded().Json.GetProperty("after");
        Assert.That(slashed.GetProperty("staked").GetInt64(), Is.EqualTo(60_000_000_000));
        Assert.That(slashed.GetProperty("slashed").GetInt64(), Is.EqualTo(40_000_000_000));

        CommandResult again = await PaidSwarm.Submitter.RunAsync("stake", "slash", first, second, "--yes");
        Assert.That(again.ExitCode, Is.EqualTo(6), "an attestation fits one occasion");
    }

    [Test]
    public async Task Attest_EvidenceAgainstSomebodyElse_IsRefused()
    {
        SwarmNode honest = PaidSwarm.Providers[0];
        (await honest.RunAsync("stake", "add", "100", "SOL", "--yes")).Succeeded();
        JsonElement job = await PaidSwarm.AskAsync("--peer", honest.PeerId, "--audit-rate", "1");
        string evidence = Path.Combine(PaidSwarm.Swarm.Folder, "honest.evidence");
        await PaidSwarm.UntilAsync(async () => (await PaidSwarm.Submitter.RunAsync(
            "evidence", "export", job.GetProperty("id").GetString()!, "-o", evidence)).ExitCode == 0);

        CommandResult refused = await PaidSwarm.Submitter.RunAsync(
            "evidence", "attest", evidence, "--committee", KeyOf(1), "--slash", PaidSwarm.WalletOf(honest), "--amount",
            "1SOL");
        Assert.That(refused.ExitCode, Is.EqualTo(6), refused.Output + refused.Error);
        Assert.That(refused.Error, Does.Contain("rejects the work of nobody"));
    }

    [Test]
    public async Task Lease_Created_IsListedAndCancelled()
    {
        JsonElement made = (await PaidSwarm.Submitter.RunAsync(
            "lease", "create", PaidSwarm.Providers[1].PeerId, "--price", "3.6SOL", "--time", "1h", "--yes", "--json"))
            .Succeeded().Json;
        string address = made.GetProperty("after").GetProperty("address").GetString()!;
        JsonElement listed = (await PaidSwarm.Submitter.RunAsync("lease", "list", "--json")).Succeeded().Json
            .EnumerateArray().Single(l => l.GetProperty("address").GetString() == address);
        Assert.That(listed.GetProperty("state").GetString(), Is.EqualTo("running"));
        Assert.That(listed.GetProperty("deposit").GetInt64(), Is.EqualTo(3_600_000_000));

        (await PaidSwarm.Submitter.RunAsync("lease", "cancel", address, "--yes")).Succeeded();
        JsonElement gone = (await PaidSwarm.Submitter.RunAsync("lease", "list", "--json")).Succeeded().Json
            .EnumerateArray().Single(l => l.GetProperty("address").GetString() == address);
        Assert.That(gone.GetProperty("state").GetString(), Is.EqualTo("closed"));
    }

    [TestCase("stake", "add", "100", "SOL")]
    [TestCase("escrow", "open", "11111111111111111111111111111112", "1", "SOL")]
    public async Task Spending_NobodySaysYes_SpendsNothing(params string[] command)
    {
        long before = await PaidSwarm.BalanceAsync(PaidSwarm.WalletOf(PaidSwarm.Submitter));
        CommandResult asked = await PaidSwarm.Submitter.RunAsync(command);
        Assert.That(asked.ExitCode, Is.EqualTo(2), asked.Error);
        Assert.That(asked.Error, Does.Contain("takes at most").And.Contain("--yes"));
        Assert.That(await PaidSwarm.BalanceAsync(PaidSwarm.WalletOf(PaidSwarm.Submitter)), Is.EqualTo(before));
    }

    private static string KeyOf(int member) =>
        Path.Combine(PaidSwarm.Ledger.GetProperty("state").GetString()!, $"committee-{member}.json");

    private static async Task<string> AttestAsync(int member, string evidence, string owner)
    {
        string file = Path.Combine(PaidSwarm.Swarm.Folder, $"{member}.attestation");
        (await PaidSwarm.Submitter.RunAsync(
            "evidence", "attest", evidence, "--committee", KeyOf(member), "--slash", owner, "--amount", "40SOL", "-o", file))
            .Succeeded();
        return file;
    }
}
