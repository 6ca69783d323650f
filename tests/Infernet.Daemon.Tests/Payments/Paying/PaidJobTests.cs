using Infernet.Core.Api;
using Infernet.Core.Payments;
using Infernet.Daemon.Nodes;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;
using Infernet.Solana.Tests.Chain;

namespace Infernet.Daemon.Tests.Payments.Paying;

/// <summary>Jobs that are paid, on whole nodes and the real ledger, to the lamport.</summary>
[TestFixture]
public sealed class PaidJobTests
{
    private SettlementChain _chain = null!;

    [OneTimeSetUp]
    public async Task StartLedger() => _chain = await SettlementChain.StartAsync(tokens: false);

    [OneTimeTearDown]
    public async Task StopLedger() => await _chain.DisposeAsync();

    [Test]
    public async Task Job_AtAProviderThatAsks_IsPaidToTheLamport()
    {
        await using var swarm = new PaidSwarm(_chain);
        Node provider = await swarm.AddProviderAsync("provider", PaidSwarm.Prices);
        await swarm.StartSubmitterAsync();

        JobStatus job = await swarm.RunAsync(swarm.Job(20));

        ulong expected = CostOf(job);
        ChannelView channel = await swarm.HeldAsync(provider);
        Assert.That(job.State, Is.EqualTo("done"), job.Error?.Message);
        Assert.That(job.Payment!.Paid, Is.EqualTo(expected).And.GreaterThan(0ul));
        Assert.That(job.Providers.Single().Paid, Is.EqualTo(expected));
        Assert.That(job.Payment.HighestEstimate, Is.GreaterThan(expected));
        Assert.That(channel.Promised, Is.EqualTo(expected));
        ChannelState state = (await swarm.Submitter.Payments!.Chain.ChannelAsync(Address.Parse(channel.Address), default))!;
        Assert.That(state.Deposit, Is.EqualTo(channel.Deposit));
    }

    private static ulong CostOf(JobStatus job)
    {
        var prices = new Prices { InputPerMillionTokens = 3_000_000, OutputPerMillionTokens = 6_000_000 };
        // Each token costs a whole number of lamports: the sum of the shards is that of the tokens.
        return prices.CostOf(new Usage((ulong)job.PromptTokens, (ulong)job.CompletionTokens));
    }
}
