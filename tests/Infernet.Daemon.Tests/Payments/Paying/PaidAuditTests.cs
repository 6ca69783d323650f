using Infernet.Core.Api;
using Infernet.Core.Jobs;
using Infernet.Core.Schemas;
using Infernet.Daemon.Nodes;
using Infernet.Daemon.Payments.Earning;
using Infernet.Daemon.Tests.Nodes;
using Infernet.Solana.Tests.Chain;

namespace Infernet.Daemon.Tests.Payments.Paying;

/// <summary>Auditors are paid for verdicts that were wanted and not found wrong: whole nodes on the real ledger.</summary>
[TestFixture]
public sealed class PaidAuditTests
{
    private const ulong PricePerToken = 3;

    private SettlementChain _chain = null!;

    [OneTimeSetUp]
    public async Task StartLedger() => _chain = await SettlementChain.StartAsync(tokens: false);

    [OneTimeTearDown]
    public async Task StopLedger() => await _chain.DisposeAsync();

    [Test]
    public async Task Auditor_ThatDoesNotWorkOnTheJob_EarnsExactlyItsPrice()
    {
        await using var swarm = new PaidSwarm(_chain);
        Node provider = await swarm.AddProviderAsync("provider", PaidSwarm.Prices);
        Node auditor = await swarm.AddProviderAsync("auditor", PaidSwarm.Prices);
        await swarm.StartSubmitterAsync();

        JobStatus job = await swarm.RunAsync(JobOf(swarm, 20, provider));

        ulong price = PricePerToken * (ulong)(job.PromptTokens + job.CompletionTokens);
        Assert.That(job.State, Is.EqualTo("done"), job.Error?.Message);
        Assert.That(job.Payment!.Audits, Is.EqualTo(price));
        Assert.That(job.Payment.Auditors.Single().Amount, Is.EqualTo(price));
        Assert.That(job.Payment.Auditors.Single().Audits, Is.EqualTo(job.Verification!.Passed));
        Assert.That(job.Payment.HeldBackForAudits, Is.GreaterThan(price));
        Assert.That(job.Providers.Single().Paid, Is.EqualTo(job.Payment.Paid), "shards and audits are told apart");
        await swarm.PaidOutAsync(job);
        Assert.That(PromisedTo(swarm, auditor), Is.EqualTo(price));
        EarningsReport earned = await EarningsAsync(auditor);
        Assert.That((earned.Total.Shards, earned.Total.Audits), Is.EqualTo((0L, (long)job.Verification!.Passed)));
        Assert.That((earned.Total.Earned, earned.Total.Paid), Is.EqualTo((price, price)));
        Assert.That(earned.Rows.Single().Key, Is.EqualTo("audit"));
        Assert.That((await EarningsAsync(provider)).Total.Audits, Is.Zero);
    }

    [Test]
    public async Task Auditor_WhoIsOutvoted_IsNotPaid()
    {
        await using var swarm = new PaidSwarm(_chain);
        Node provider = await swarm.AddProviderAsync("provider", PaidSwarm.Prices);
        Node slanderer = await swarm.AddProviderAsync(
            "slanderer", PaidSwarm.Prices, o => AuditSwarm.Judging(o, _ => ItemVerdict.Types.Fault.Text));
        Node[] honest =
        [
            await swarm.AddProviderAsync("one", PaidSwarm.Prices), await swarm.AddProviderAsync("other", PaidSwarm.Prices),
        ];
        await swarm.StartSubmitterAsync();

        JobStatus job = await swarm.RunAsync(JobOf(swarm, 40, provider));

        EarningsReport earned = await EarningsAsync(slanderer);
        Assert.That(job.State, Is.EqualTo("done"), job.Error?.Message);
        Assert.That(earned.Total.Audits, Is.GreaterThan(0));
        await swarm.PaidOutAsync(job);
        Assert.That(earned.Total.Paid, Is.Zero);
        Assert.That(PromisedTo(swarm, slanderer), Is.Zero);
        Assert.That(
            honest.Aggregate(0ul, (sum, n) => sum + PromisedTo(swarm, n)),
            Is.EqualTo(job.Payment!.Audits).And.GreaterThan(0ul));
    }

    [Test]
    public async Task Auditor_ThatMissesACanary_IsPaidForAllButThat()
    {
        await using var swarm = new PaidSwarm(_chain);
        Node provider = await swarm.AddProviderAsync("provider", PaidSwarm.Prices);
        Node lazy = await swarm.AddProviderAsync("lazy", PaidSwarm.Prices, o => AuditSwarm.Judging(o, _ => null));
        Node honest = await swarm.AddProviderAsync("honest", PaidSwarm.Prices);
        await swarm.StartSubmitterAsync(o => o with { Court = o.Court with { CanaryRate = 1, MaxCanaries = 16 } });

        // What one auditor has seen the other gets as a canary, so that both soon do.
        JobStatus job = await swarm.RunAsync(JobOf(swarm, 40, provider));
        await UntilAsync(() => Task.FromResult(!swarm.Submitter.Reputation.Of(lazy.Id).MayAudit));

        Assert.That(job.State, Is.EqualTo("done"), job.Error?.Message);
        await UntilAsync(async () => (await EarningsAsync(lazy)).Total is { Unpaid: > 0 } total
            && total.Paid == PromisedTo(swarm, lazy));
        EarningsReport other = await EarningsAsync(honest);
        Assert.That(other.Total.Audits, Is.GreaterThan(0));
    }

    private static JobSpecification JobOf(PaidSwarm swarm, int count, Node provider) => swarm.Job(count, rate: 1) with
    {
        Requirements = new RequirementsSpecification { Peers = [$"{provider.Id}"] },
    };

    private static Task<EarningsReport> EarningsAsync(Node node) => node.Payments!.Earner.ReportAsync(
        EarningsGrouping.Kind, DateTimeOffset.UnixEpoch, CancellationToken.None);

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TestNodes.Patience);
        while (!await holds())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static ulong PromisedTo(PaidSwarm swarm, Node node) => swarm.Submitter.Payments!.Payer.Channels()
        .Where(c => c.PeerId == $"{node.Id}").Aggregate(0ul, (sum, c) => sum + c.Promised);
}
