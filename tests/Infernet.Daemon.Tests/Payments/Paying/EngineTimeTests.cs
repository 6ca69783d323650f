using Infernet.Core.Api;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Paying;
using Infernet.Daemon.Jobs.Providing;
using Infernet.Daemon.Nodes;
using Infernet.Daemon.Payments.Earning;
using Infernet.Daemon.Payments.Paying;
using Infernet.Daemon.Tests.Nodes;
using Infernet.Solana.Tests.Chain;

namespace Infernet.Daemon.Tests.Payments.Paying;

/// <summary>
/// Where engine time has a price, an answer can take longer than anybody reckoned with: nobody pays, or is owed, more than
/// was promised for it.
/// </summary>
[TestFixture]
public sealed class EngineTimeTests
{
    private const ulong Ceiling = 9_000;

    // More for an item than was reckoned with, and than was set aside for the provider.
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(20);

    // A thousand lamports a second.
    private static readonly PriceList Prices = new() { EnginePerHour = 3_600_000 };

    private SettlementChain _chain = null!;
    private PaidSwarm _swarm = null!;
    private PaidSwarm.RunningTime _time = null!;

    [OneTimeSetUp]
    public async Task StartLedger() => _chain = await SettlementChain.StartAsync(tokens: false);

    [OneTimeTearDown]
    public async Task StopLedger() => await _chain.DisposeAsync();

    [SetUp]
    public void SetUp()
    {
        _time = new PaidSwarm.RunningTime(_chain);
        _swarm = new PaidSwarm(_chain) { Paying = new PayingOptions { ChannelDeposit = Ceiling, JobBudget = 10 * Ceiling } };
    }

    [TearDown]
    public async Task TearDown() => await _swarm.DisposeAsync();

    [Test]
    public async Task Bill_AboveWhatWasPromised_IsPaidUpToThatAndTheJobGoesOn()
    {
        Node provider = await _swarm.AddProviderAsync("provider", Prices, Slow);
        await _swarm.StartSubmitterAsync(Clocked);

        JobStatus job = await _swarm.RunAsync(_swarm.Job(4));

        Assert.That(job.State, Is.EqualTo("done"), job.Error?.Message);
        Assert.That(job.Payment!.Paid, Is.EqualTo(4 * Ceiling), "an item on each ceiling");
        Assert.That((await _swarm.HeldAsync(provider)).Promised, Is.EqualTo(job.Payment.Paid));
        EarningsRow earned = await EarnedAsync(provider);
        Assert.That((earned.Earned, earned.Unpaid), Is.EqualTo((job.Payment.Paid, 0ul)), "the provider bills no more");
    }

    [Test]
    public async Task Bill_OfAnEarlierRunAboveWhatWasPromised_IsOwedUpToThat()
    {
        Node provider = await _swarm.AddProviderAsync("provider", Prices, Slow);
        await _swarm.AddProviderAsync("judge", null, Clocked);
        await _swarm.StartSubmitterAsync(Clocked);
        JobStatus submitted = await _swarm.Submitter.Jobs.SubmitAsync(
            _swarm.Job(4, rate: 1) with { Requirements = new() { Peers = [$"{provider.Id}"] } }, CancellationToken.None);
        await TestNodes.EventAsync(_swarm.Submitter, submitted.Id, e => e.Type == "audit-started");
        await _swarm.Nodes.StopAsync(_swarm.Submitter);
        IReadOnlyList<OwedShards.Owed> owed = await _swarm.OwedAsync();

        await _swarm.StartSubmitterAsync(Clocked);
        JobStatus job = await TestNodes.EndOfAsync(_swarm.Submitter, submitted.Id);

        Assert.That(owed, Is.Not.Empty, "nothing was owed, and nothing was tested");
        Assert.That(owed.Select(o => o.Cost), Is.All.LessThanOrEqualTo(Ceiling));
        Assert.That(job.State, Is.EqualTo("done"), job.Error?.Message);
        Assert.That((await _swarm.HeldAsync(provider)).Promised, Is.EqualTo(job.Payment!.Paid));
        Assert.That(job.Payment.Paid, Is.LessThanOrEqualTo((await EarnedAsync(provider)).Earned));
    }

    private NodeOptions Clocked(NodeOptions options) => options with { Time = _time };

    private NodeOptions Slow(NodeOptions options) => Clocked(options) with
    {
        Conduct = new ProviderConduct
        {
            Serve = (served, _) => served with
            {
                Answer = (item, sampling, token) =>
                {
                    _time.Jump(Answer);
                    return served.Answer(item, sampling, token);
                },
            },
        },
    };

    private static async Task<EarningsRow> EarnedAsync(Node provider) => (await provider.Payments!.Earner
        .ReportAsync(EarningsGrouping.Payer, DateTimeOffset.UnixEpoch, CancellationToken.None)).Total;
}
