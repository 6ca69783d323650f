using System.Text.Json;
using Infernet.Functional.Tests.Swarm;

namespace Infernet.Functional.Tests.Payments;

/// <summary>Escrows from the command line, from the deposit to its end by the committee or by time, to the lamport.</summary>
public class EscrowTests
{
    private const long Sol = 1_000_000_000;

    private static SwarmNode Payer => PaidSwarm.Submitter;

    private static SwarmNode Payee => PaidSwarm.Providers[1];

    [Test]
    public async Task Escrow_ThatTwoOfTheCommitteeSignFor_IsDividedAsTheySay()
    {
        string id = (await Payer.RunAsync(
            "job", "submit", "--model", "wordnet", "--input", await PaidSwarm.QuestionsAsync(8), "--peer", Payee.PeerId,
            "--audit-rate", "1", "--json")).Succeeded().JsonLines[^1].GetProperty("id").GetString()!;
        string evidence = Path.Combine(PaidSwarm.Swarm.Folder, "escrow.evidence");
        await PaidSwarm.UntilAsync(async () =>
            (await Payer.RunAsync("evidence", "export", id, "-o", evidence)).ExitCode == 0);
        Opened opened = await OpenAsync("2SOL", "--job", id, "--time", "1h");
        string escrow = opened.Address;
        Assert.That((await ListedAsync(Payer, escrow)).GetProperty("role").GetString(), Is.EqualTo("payer"));
        JsonElement seen = await ListedAsync(Payee, escrow);
        Assert.That(seen.GetProperty("role").GetString(), Is.EqualTo("payee"));
        Assert.That(seen.GetProperty("amount").GetInt64(), Is.EqualTo(2 * Sol));
        Assert.That(seen.GetProperty("job").GetString(), Does.EndWith(id));

        string first = await AttestAsync(1, evidence, escrow);
        string second = await AttestAsync(3, evidence, escrow);
        CommandResult alone = await Payer.RunAsync("escrow", "release", first, "--yes");
        CommandResult twice = await Payer.RunAsync("escrow", "release", first, first, "--yes");
        CommandResult early = await Payer.RunAsync("escrow", "refund", escrow, "--yes");
        Assert.That((int[])[alone.ExitCode, twice.ExitCode, early.ExitCode], Is.All.EqualTo(6));
        Assert.That(alone.Error, Does.Contain("1 of the committee").And.Contain("2 must"));
        Assert.That(twice.Error, Does.Contain("1 of the committee"), "the same member counts once");
        Assert.That(early.Error, Does.Contain("can be taken back from"));

        // The payee hands it in itself: 1.5 of 2 for the work, less 15 %; the rest goes back.
        long[] before = await BalancesAsync();
        JsonElement released = (await Payee.RunAsync("escrow", "release", first, second, "--yes", "--json"))
            .Succeeded().Json;
        long fee = released.GetProperty("spend").GetProperty("fee").GetInt64();
        long[] moved = [.. (await BalancesAsync()).Zip(before, (now, then) => now - then)];
        Assert.That(moved[0], Is.EqualTo((Sol / 2) + opened.Rent), "the payer gets the rest, and the account's rent");
        Assert.That(moved[1], Is.EqualTo((1_275 * Sol / 1_000) - fee), "the payee");
        Assert.That(moved[2..], Is.EqualTo((long[])[150 * Sol / 1_000, 75 * Sol / 1_000]), "treasury and platform");
        Assert.That((await ListedAsync(Payer, escrow)).GetProperty("state").GetString(), Is.EqualTo("closed"));

        CommandResult again = await Payee.RunAsync("escrow", "release", first, second, "--yes");
        Assert.That(again.ExitCode, Is.EqualTo(6), again.Error);
        Assert.That(again.Error, Does.Contain($"There is no escrow at {escrow}"));
    }

    [Test]
    public async Task Escrow_ThatNobodyReleases_GoesBackAfterItsTimeAndNotBefore()
    {
        long before = await PaidSwarm.BalanceAsync(PaidSwarm.WalletOf(Payer));
        Opened opened = await OpenAsync("1SOL", "--time", "4s");
        string escrow = opened.Address;
        CommandResult early = await Payer.RunAsync("escrow", "refund", escrow, "--yes");
        Assert.That(early.ExitCode, Is.EqualTo(6), early.Error);

        CommandResult refund = early;
        await PaidSwarm.UntilAsync(async () =>
            (refund = await Payer.RunAsync("escrow", "refund", escrow, "--yes", "--json")).ExitCode == 0);

        long fees = opened.Fee + refund.Json.GetProperty("spend").GetProperty("fee").GetInt64();
        Assert.That(await PaidSwarm.BalanceAsync(PaidSwarm.WalletOf(Payer)), Is.EqualTo(before - fees));
        Assert.That((await ListedAsync(Payer, escrow)).GetProperty("state").GetString(), Is.EqualTo("closed"));
        CommandResult again = await Payer.RunAsync("escrow", "refund", escrow, "--yes");
        Assert.That(again.ExitCode, Is.EqualTo(6));
    }

    private static async Task<Opened> OpenAsync(string amount, params string[] flags)
    {
        JsonElement made = (await Payer.RunAsync(
            ["escrow", "open", Payee.PeerId, amount, "--yes", "--json", .. flags])).Succeeded().Json;
        JsonElement spend = made.GetProperty("spend");
        return new Opened(
            made.GetProperty("after").GetProperty("address").GetString()!, spend.GetProperty("fee").GetInt64(),
            spend.GetProperty("rent").GetInt64());
    }

    private static async Task<JsonElement> ListedAsync(SwarmNode node, string escrow) =>
        (await node.RunAsync("escrow", "list", "--json")).Succeeded().Json.EnumerateArray()
            .Single(e => e.GetProperty("address").GetString() == escrow);

    private static async Task<string> AttestAsync(int member, string evidence, string escrow)
    {
        string file = Path.Combine(PaidSwarm.Swarm.Folder, $"escrow-{member}.attestation");
        string key = Path.Combine(PaidSwarm.Ledger.GetProperty("state").GetString()!, $"committee-{member}.json");
        (await Payer.RunAsync(
            "evidence", "attest", evidence, "--committee", key, "--release", escrow, "--amount", "1.5SOL", "-o", file))
            .Succeeded();
        return file;
    }

    private static Task<long[]> BalancesAsync() => Task.WhenAll(
        PaidSwarm.BalanceAsync(PaidSwarm.WalletOf(Payer)), PaidSwarm.BalanceAsync(PaidSwarm.WalletOf(Payee)),
        PaidSwarm.BalanceAsync(PaidSwarm.Ledger.GetProperty("treasury").GetString()!),
        PaidSwarm.BalanceAsync(PaidSwarm.Ledger.GetProperty("platform").GetString()!));

    private sealed record Opened(string Address, long Fee, long Rent);
}
