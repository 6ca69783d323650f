using System.Text.Json;
using Infernet.Functional.Tests.Swarm;

namespace Infernet.Functional.Tests.Payments;

/// <summary>
/// Nobody loses more than the window, as a number: a payer is killed at random moments, comes back, and in the end does
/// not. What its providers' own journals say is held against the windows that they gave.
/// </summary>
public class KillTests
{
    // The swarm lends newcomers 4,096 tokens; at its dearer price, a SOL for a million. Half of what was paid comes on top.
    private const long SmallestWindow = 4_096_000;
    private const int Kills = 3;
    private SwarmNode _payer = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _payer = new SwarmNode(
            Path.Combine(PaidSwarm.Swarm.Folder, TestContext.CurrentContext.Test.ID), PaidSwarm.Submitter.Address, "--no-serve");
        await PaidSwarm.PrepareAsync(_payer.Home);
        await _payer.StartAsync();
    }

    [TearDown]
    public async Task StopAsync() => await _payer.DisposeAsync();

    [Test]
    public async Task Payer_KilledAtRandomMoments_OwesOnlyForWhatItNeverReceived()
    {
        Random random = TestContext.CurrentContext.Random;
        string id = await PaidSwarm.BeginAsync(_payer, Peers);
        for (int kill = 1; kill <= Kills; kill++)
        {
            await PaidSwarm.WaitForAnswersAsync(_payer, id, kill * 25 + random.Next(10));
            await KillAsync();
            await _payer.StartAsync();
        }

        JsonElement job = await PaidSwarm.EndOfAsync(_payer, id);
        Assert.That(job.GetProperty("done_items").GetInt32(), Is.EqualTo(PaidSwarm.Questions), job.ToString());
        foreach (SwarmNode provider in PaidSwarm.Providers)
        {
            await PaidSwarm.UntilAsync(async () => Books.HasPaidAudits(_payer, provider.PeerId)
                && (await PaidSwarm.ChannelsAsync(_payer)).All(c => Number(c, "held") == Number(c, "promised")));
            IReadOnlySet<Books.Attempt> received = Books.Received(_payer, provider.PeerId);
            IReadOnlySet<Books.Attempt> due = Books.Due(_payer, provider.PeerId);
            IReadOnlyList<Books.Earned> earned = Books.EarnedFrom(provider, _payer.PeerId);
            // A payer that dies before a verdict counted has it judged again, perhaps by the same, and pays for it once.
            List<Books.Earned> lost =
            [
                .. earned.Where(e => !(e.IsAudit ? due : received).Contains(e.Attempt)),
                .. earned.Where(e => e.IsAudit && due.Contains(e.Attempt)).GroupBy(e => e.Attempt)
                    .SelectMany(again => again.Skip(1)),
            ];
            await TestContext.Out.WriteLineAsync(
                $"{provider.PeerId}: {earned.Count} shards and audits for {earned.Sum(e => e.Amount)}, of which {lost.Count} for "
                + $"{lost.Sum(e => e.Amount)} never reached the payer before {Kills} kills");
            // What it received it paid for, all of it; nothing else is unpaid.
            Assert.That(
                earned.Sum(e => e.Unpaid), Is.EqualTo(lost.Sum(e => e.Amount)),
                () => $"unpaid: {string.Join("; ", earned.Where(e => e.Unpaid > 0))}");
            Assert.That(
                lost.Sum(e => e.Amount), Is.LessThanOrEqualTo(Kills * WindowOf(provider)), "one window for each kill");
        }
    }

    [Test]
    public async Task Payer_ThatNeverComesBack_LeavesAtMostTheWindowUnpaid()
    {
        string id = await PaidSwarm.BeginAsync(_payer, Peers);
        await PaidSwarm.WaitForAnswersAsync(_payer, id, 20 + TestContext.CurrentContext.Random.Next(40));
        await KillAsync();

        foreach (SwarmNode provider in PaidSwarm.Providers)
        {
            // What it holds a voucher for it gets without the payer.
            (await provider.RunAsync("earnings", "settle", "--yes")).Succeeded();
            JsonElement earnings = await PaidSwarm.EarningsAsync(provider);
            Assert.That(Number(earnings, "held"), Is.Zero, earnings.ToString());
        }
    }

    // Dead, and noticed to be: each provider is owed no more than it let it owe, by its own books.
    private async Task KillAsync()
    {
        await _payer.KillAsync();
        foreach (SwarmNode provider in PaidSwarm.Providers)
        {
            await PaidSwarm.UntilAsync(async () => await IsIdleAsync(provider));
            long unpaid = Books.EarnedFrom(provider, _payer.PeerId).Sum(e => e.Unpaid);
            await TestContext.Out.WriteLineAsync($"{provider.PeerId}: {unpaid} unpaid of at most {WindowOf(provider)}");
            Assert.That(unpaid, Is.LessThanOrEqualTo(WindowOf(provider)));
        }
    }

    // A quarter of it for audits alone.
    private long WindowOf(SwarmNode provider) => (SmallestWindow + (Books.PaidBy(provider, _payer.PeerId) / 2)) * 5 / 4;

    private static async Task<bool> IsIdleAsync(SwarmNode provider)
    {
        JsonElement status = (await provider.RunAsync("node", "status", "--json")).Succeeded().Json;
        return Number(status, "free_slots") == Number(status, "total_slots");
    }

    private static string[] Peers => [.. PaidSwarm.Providers.SelectMany(n => (string[])["--peer", n.PeerId])];

    private static long Number(JsonElement element, string name) => element.GetProperty(name).GetInt64();
}
