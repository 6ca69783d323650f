using Infernet.Core.Api;
using Infernet.Daemon.Nodes;
using Infernet.Daemon.Payments.Earning;
using Infernet.Daemon.Tests.Nodes;
using Infernet.Solana.Tests.Chain;

namespace Infernet.Daemon.Tests.Payments.Paying;

/// <summary>Payers and providers whose clocks are wrong: by little it is well, by much it is said, and nothing is paid.</summary>
[TestFixture]
public sealed class ClockTests
{
    private SettlementChain _chain = null!;
    private PaidSwarm _swarm = null!;

    [OneTimeSetUp]
    public async Task StartLedger() => _chain = await SettlementChain.StartAsync(tokens: false);

    [OneTimeTearDown]
    public async Task StopLedger() => await _chain.DisposeAsync();

    [SetUp]
    public void SetUp() => _swarm = new PaidSwarm(_chain);

    [TearDown]
    public async Task TearDown() => await _swarm.DisposeAsync();

    [TestCase(1)]
    [TestCase(-1)]
    public async Task Payer_WhoseClockIsAMinuteOff_IsServedAndPays(int minutes)
    {
        Node provider = await _swarm.AddProviderAsync("provider", PaidSwarm.Prices);
        await _swarm.StartSubmitterAsync(Off(minutes));

        JobStatus job = await _swarm.RunAsync(_swarm.Job(6));

        Assert.That(job.State, Is.EqualTo("done"), job.Error?.Message);
        Assert.That((await _swarm.HeldAsync(provider)).Promised, Is.EqualTo(job.Payment!.Paid).And.GreaterThan(0ul));
    }

    [TestCase(10)]
    [TestCase(-10)]
    public async Task Payer_WhoseClockIsNotTheClusters_SpendsNothingAndSaysWhy(int minutes)
    {
        Node provider = await _swarm.AddProviderAsync("provider", PaidSwarm.Prices);
        await _swarm.StartSubmitterAsync(Off(minutes));
        ulong before = await _chain.LamportsAsync(_swarm.Wallet);

        string problem = await DeclinedAsync();

        Assert.That(problem, Does.Contain("This node's clock says").And.Contain("Nothing was spent"));
        Assert.That(_swarm.Submitter.Payments!.Payer.Channels(), Is.Empty);
        Assert.That(_swarm.Submitter.Payments.Spending.Today(default).Locked, Is.Zero);
        Assert.That(await _chain.LamportsAsync(_swarm.Wallet), Is.EqualTo(before));
        Assert.That(_swarm.Submitter.Status().Problems, Has.Some.Contain("clock"));
        Assert.That((await EarnedAsync(provider)).Earned, Is.Zero);
    }

    // Near enough to the cluster's, but too far from the provider's.
    [Test]
    public async Task Payer_WhoseClockIsAheadOfTheProviders_IsDeclinedWithBothTimes()
    {
        Node provider = await _swarm.AddProviderAsync("provider", PaidSwarm.Prices, Off(-2));
        await _swarm.StartSubmitterAsync(Off(2));

        string problem = await DeclinedAsync();

        Assert.That(problem, Does.Contain("made in the future").And.Contain("may differ by 2 minutes"));
        await AssertNothingSpentAsync();
        Assert.That((await EarnedAsync(provider)).Earned, Is.Zero);
    }

    [TestCase(10)]
    [TestCase(-7)]
    public async Task Provider_WhoseClockIsNotTheClusters_TakesNoPaidJob(int minutes)
    {
        Node provider = await _swarm.AddProviderAsync("provider", PaidSwarm.Prices, Off(minutes));
        await _swarm.StartSubmitterAsync();

        string problem = await DeclinedAsync();

        Assert.That(problem, Does.Contain("This node's clock says"));
        await AssertNothingSpentAsync();
        Assert.That((await EarnedAsync(provider)).Earned, Is.Zero);
        Assert.That(provider.Status().Problems, Has.Some.Contain("clock"));
    }

    // Its adverts, good for ten minutes, have expired for everybody else.
    [Test]
    public async Task Provider_WhoseClockIsFarBehind_IsChosenByNobody()
    {
        Node provider = await _swarm.AddProviderAsync("provider", PaidSwarm.Prices, Off(-10));
        await _swarm.StartSubmitterAsync();

        await Assert.ThrowsAsync<ApiException>(
            () => _swarm.Submitter.Jobs.SubmitAsync(_swarm.Job(6), CancellationToken.None));

        await provider.Payments!.Chain.FactsAsync(CancellationToken.None);
        Assert.That(provider.Status().Problems, Has.Some.Contain("clock"));
        Assert.That(_swarm.Submitter.Payments!.Payer.Channels(), Is.Empty);
    }

    // The job goes on looking for others; why this one is none of them is in its log.
    private async Task<string> DeclinedAsync()
    {
        JobStatus job = await _swarm.Submitter.Jobs.SubmitAsync(_swarm.Job(6), CancellationToken.None);
        JobEvent declined = await TestNodes.EventAsync(_swarm.Submitter, job.Id, e => e.Type == "provider-declined");
        await _swarm.Submitter.Jobs.CancelAsync(job.Id, CancellationToken.None);
        return declined.Message;
    }

    // A channel costs a transaction and its rent: the provider is asked first.
    private async Task AssertNothingSpentAsync()
    {
        Assert.That(_swarm.Submitter.Payments!.Payer.Channels(), Is.Empty);
        Assert.That(_swarm.Submitter.Payments.Spending.Today(default).Locked, Is.Zero);
        Assert.That(await _chain.LamportsAsync(_swarm.Wallet), Is.EqualTo(10 * SettlementChain.Sol));
    }

    private Func<NodeOptions, NodeOptions> Off(int minutes) =>
        options => options with { Time = new PaidSwarm.RunningTime(_chain, TimeSpan.FromMinutes(minutes)) };

    private static async Task<EarningsRow> EarnedAsync(Node provider) => (await provider.Payments!.Earner
        .ReportAsync(EarningsGrouping.Payer, DateTimeOffset.UnixEpoch, CancellationToken.None)).Total;
}
