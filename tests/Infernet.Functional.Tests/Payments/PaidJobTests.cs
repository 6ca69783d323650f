using System.Text.Json;
using Infernet.Core.Payments;
using Infernet.Functional.Tests.Swarm;

namespace Infernet.Functional.Tests.Payments;

/// <summary>Jobs that are paid, by real nodes on the local ledger, to the lamport; also when one of them is killed.</summary>
public class PaidJobTests
{
    [Test]
    public async Task Job_Paid_MovesWhatItCostAndNothingElse()
    {
        await PaidSwarm.CloseAllAsync();
        long everything = await PaidSwarm.EverythingAsync();
        long[] before = await BalancesAsync();
        JsonElement[] earnedBefore = await EarningsAsync();

        JsonElement job = await PaidSwarm.AskAsync(PeersOf(PaidSwarm.Providers));

        long paid = Number(job.GetProperty("payment"), "paid");
        Assert.That(paid, Is.GreaterThan(0).And.LessThanOrEqualTo(Number(job.GetProperty("payment"), "budget")));
        Assert.That(
            job.GetProperty("providers").EnumerateArray().Sum(p => Number(p, "paid")), Is.EqualTo(paid));
        (await PaidSwarm.Providers[0].RunAsync("earnings", "settle", "--yes")).Succeeded();
        await PaidSwarm.CloseAllAsync();

        // Deposits and rents are back: whatever the wallets lack was burned as fees.
        Assert.That(await PaidSwarm.EverythingAsync(), Is.EqualTo(everything));
        long[] after = await BalancesAsync();
        JsonElement[] earnedAfter = await EarningsAsync();
        long given = 0;
        for (int i = 0; i < before.Length; i++)
        {
            long Gained(string name) => Number(earnedAfter[i], name) - Number(earnedBefore[i], name);
            Assert.That(
                after[i] - before[i], Is.EqualTo(Gained("received") - Gained("network_fees")), earnedAfter[i].ToString());
            JsonElement provider = job.GetProperty("providers").EnumerateArray()
                .Single(p => p.GetProperty("peer_id").GetString() == PaidSwarm.Providers[i].PeerId);
            // What is above the shards is for audits.
            long got = Gained("received") + Gained("protocol_fees");
            Assert.That(got, Is.GreaterThanOrEqualTo(Number(provider, "paid")), earnedAfter[i].ToString());
            given += got;
        }

        Assert.That(given, Is.EqualTo(paid + Number(job.GetProperty("payment"), "audits")));
    }

    [Test]
    public async Task Job_PayerKilledInTheMiddle_PaysEachShardOnce()
    {
        string id = await PaidSwarm.BeginAsync(PeersOf(PaidSwarm.Providers));
        await PaidSwarm.WaitForShardOfAsync(id, PaidSwarm.Providers[0].PeerId);
        await PaidSwarm.Submitter.KillAsync();
        await PaidSwarm.Submitter.StartAsync();

        await ExpectPaidOnceAsync(await PaidSwarm.EndOfAsync(id));
    }

    [Test]
    public async Task Job_ProviderKilledInTheMiddle_IsPaidWhatItDelivered()
    {
        string id = await PaidSwarm.BeginAsync(PeersOf(PaidSwarm.Providers));
        await PaidSwarm.WaitForShardOfAsync(id, PaidSwarm.Providers[1].PeerId);
        await PaidSwarm.Providers[1].KillAsync();
        JsonElement job = await PaidSwarm.EndOfAsync(id);
        await PaidSwarm.Providers[1].StartAsync();

        // The payer lost nothing at all: what it paid is for work that it holds, also that of the dead one.
        foreach (SwarmNode provider in PaidSwarm.Providers)
        {
            long paid = Number(job.GetProperty("providers").EnumerateArray()
                .Single(p => p.GetProperty("peer_id").GetString() == provider.PeerId), "paid");
            Usage[] held = await PaidSwarm.ReceiptsAsync(PaidSwarm.Submitter, job, provider.PeerId);
            Assert.That(paid, Is.EqualTo(held.Sum(used => (long)PaidSwarm.Prices.CostOf(used))));
        }

        await ExpectPaidOnceAsync(job);
    }

    [Test]
    public async Task Job_FreeProviderBesidePaidOnes_WorksForNothing()
    {
        JsonElement job = await PaidSwarm.AskAsync(
            [.. PeersOf([PaidSwarm.Free, PaidSwarm.Providers[0]]), "--min-providers", "2", "--shard-size", "4"]);

        JsonElement free = job.GetProperty("providers").EnumerateArray()
            .Single(p => p.GetProperty("peer_id").GetString() == PaidSwarm.Free.PeerId);
        Assert.That(Number(free, "items"), Is.GreaterThan(0));
        Assert.That(Number(free, "paid"), Is.Zero);
        CommandResult off = await PaidSwarm.Free.RunAsync("earnings");
        Assert.That(off.ExitCode, Is.EqualTo(6));
        Assert.That(off.Error, Does.Contain("Payments are off"));
    }

    [Test]
    public async Task Job_BudgetTooSmall_EndsWithSixAndNothingBeyondIt()
    {
        CommandResult refused = await PaidSwarm.Submitter.RunAsync(
            [
                "job", "submit", "--model", "wordnet", "--prompt", "What is a heron?", "--budget", "10 lamports", "--json",
                "--deadline", "60s", .. PeersOf(PaidSwarm.Providers),
            ]);
        Assert.That(refused.ExitCode, Is.EqualTo(6), refused.Output + refused.Error);
    }

    // Everything that both sides hold of the job agrees: vouchers cover what was delivered, no more.
    private static async Task ExpectPaidOnceAsync(JsonElement job)
    {
        Assert.That(job.GetProperty("state").GetString(), Is.EqualTo("done"), job.ToString());
        Assert.That(Number(job, "done_items"), Is.EqualTo(PaidSwarm.Questions));
        long everything = await PaidSwarm.EverythingAsync();
        JsonElement[] channels = await PaidSwarm.ChannelsAsync();
        foreach (JsonElement channel in channels)
        {
            Assert.That(Number(channel, "promised"), Is.LessThanOrEqualTo(Number(channel, "deposit")), channel.ToString());
        }

        await PaidSwarm.CloseAllAsync();
        foreach (SwarmNode provider in PaidSwarm.Providers)
        {
            JsonElement earned = await PaidSwarm.EarningsAsync(provider);
            JsonElement total = earned.GetProperty("total");
            // What was promised is what the provider got; never more than its work cost.
            Assert.That(
                Number(earned, "received") + Number(earned, "protocol_fees"),
                Is.EqualTo(Number(total, "paid")).And.LessThanOrEqualTo(Number(total, "earned")), earned.ToString());
            Assert.That(Number(earned, "held"), Is.Zero, earned.ToString());
        }

        Assert.That(await PaidSwarm.EverythingAsync(), Is.GreaterThan(everything), "deposits and rents came back");
        Assert.That(await PaidSwarm.ChannelsAsync(), Is.Empty);
    }

    private static async Task<long[]> BalancesAsync() =>
        await Task.WhenAll(PaidSwarm.Providers.Select(p => PaidSwarm.BalanceAsync(PaidSwarm.WalletOf(p))));

    private static async Task<JsonElement[]> EarningsAsync() =>
        await Task.WhenAll(PaidSwarm.Providers.Select(PaidSwarm.EarningsAsync));

    private static string[] PeersOf(SwarmNode[] nodes) => [.. nodes.SelectMany(n => (string[])["--peer", n.PeerId])];

    private static long Number(JsonElement element, string name) => element.GetProperty(name).GetInt64();
}
