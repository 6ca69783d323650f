using System.Globalization;
using Infernet.Core.Api;
using Infernet.Core.Jobs;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Paying;
using Infernet.Daemon.Nodes;
using Infernet.Daemon.Payments.Paying;
using Infernet.Daemon.Tests.Nodes;
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
        Assert.That((await OnChainAsync(swarm, channel)).Deposit, Is.EqualTo(channel.Deposit));
    }

    [Test]
    public async Task Job_BetweenNewcomers_GetsLargerShardsAsItPays()
    {
        await using var swarm = new PaidSwarm(_chain);
        await swarm.AddProviderAsync("provider", PaidSwarm.Prices);
        await swarm.StartSubmitterAsync();

        JobStatus job = await swarm.RunAsync(swarm.Job(400) with { Sharding = new ShardingSpecification { ShardSize = 100 } });

        int[] sizes = await ShardSizesAsync(swarm.Submitter, job.Id);
        Assert.That(job.State, Is.EqualTo("done"), job.Error?.Message);
        Assert.That(sizes.Max(), Is.GreaterThan(sizes[0] * 3 / 2), string.Join(" ", sizes));
    }

    // Its provider counts what all of them have there; each by itself would fill the window.
    [Test]
    public async Task Jobs_AtOnceAtOneProvider_ShareItsWindowToTheirEnds()
    {
        await using var swarm = new PaidSwarm(_chain);
        Node provider = await swarm.AddProviderAsync("provider", PaidSwarm.Prices, o => o with
        {
            Payments = o.Payments! with { Earning = o.Payments.Earning with { FirstCredit = 512, RoomTimeout = TimeSpan.FromMilliseconds(1) } },
        });
        await swarm.StartSubmitterAsync();

        JobStatus[] submitted = [.. await Task.WhenAll(Enumerable.Range(0, 3).Select(
            _ => swarm.Submitter.Jobs.SubmitAsync(swarm.Job(60), CancellationToken.None)))];
        JobStatus[] jobs = [.. await Task.WhenAll(submitted.Select(j => TestNodes.EndOfAsync(swarm.Submitter, j.Id)))];

        Assert.That(jobs.Select(j => j.State), Is.All.EqualTo("done"), jobs.FirstOrDefault(j => j.Error is not null)?.Error?.Message);
        foreach (JobStatus job in jobs)
        {
            // What has to wait there is given back at once in this test.
            Assert.That(await EventsAsync(swarm.Submitter, job.Id, "shard-failed"), Is.Empty);
            Assert.That(job.Payment!.Paid, Is.EqualTo(CostOf(job)));
        }

        Assert.That(
            (await swarm.HeldAsync(provider)).Promised, Is.EqualTo(jobs.Aggregate(0ul, (sum, j) => sum + j.Payment!.Paid)));
    }

    [Test]
    public async Task Job_AtAProviderThatAsksForEngineTime_SendsNothingThatHasNoRoomThere()
    {
        await using var swarm = new PaidSwarm(_chain);
        await swarm.AddProviderAsync("provider", new PriceList { EnginePerHour = 36_000_000 });
        await swarm.StartSubmitterAsync();

        JobStatus job = await swarm.RunAsync(swarm.Job(60) with { Sharding = new ShardingSpecification { ShardSize = 30 } });

        Assert.That(job.State, Is.EqualTo("done"), job.Error?.Message);
        Assert.That(await EventsAsync(swarm.Submitter, job.Id, "shard-failed"), Is.Empty);
        Assert.That(job.Payment!.Paid, Is.GreaterThan(0ul));
    }

    [Test]
    public async Task Job_WhoseBudgetIsTooSmall_EndsPartiallyWithinItAndGoesOnWithMore()
    {
        await using var swarm = new PaidSwarm(_chain);
        await swarm.AddProviderAsync("provider", PaidSwarm.Prices);
        await swarm.StartSubmitterAsync();

        JobStatus partial = await swarm.RunAsync(swarm.Job(40) with { Budget = "5000 lamports" });

        Assert.That((partial.State, partial.Error?.Code), Is.EqualTo(("partial", "budget")), partial.Error?.Message);
        Assert.That(partial.Error!.Message, Does.Contain("0.000005 SOL"));
        Assert.That(partial.Payment!.Paid, Is.EqualTo(CostOf(partial)).And.LessThanOrEqualTo(5_000ul));
        Assert.That(partial.DoneItems, Is.InRange(1, 39));

        await swarm.Submitter.Jobs.ResumeAsync(partial.Id, "0.01 SOL", CancellationToken.None);
        JobStatus done = await TestNodes.EndOfAsync(swarm.Submitter, partial.Id);

        Assert.That(done.State, Is.EqualTo("done"), done.Error?.Message);
        Assert.That(done.Payment!.Budget, Is.EqualTo(10_000_000));
        Assert.That(done.Payment.Paid, Is.EqualTo(CostOf(done)));
    }

    // What was called off is owed as far as it was done: left unpaid, it would narrow the window of every later job.
    [Test]
    public async Task Job_ThatIsCancelled_LeavesNothingOwing()
    {
        await using var swarm = new PaidSwarm(_chain);
        Node provider = await swarm.AddProviderAsync("provider", PaidSwarm.Prices);
        await swarm.StartSubmitterAsync();
        JobStatus submitted = await swarm.Submitter.Jobs.SubmitAsync(
            swarm.Job(400) with { Sharding = new ShardingSpecification { ShardSize = 40 } }, CancellationToken.None);
        await TestNodes.EventAsync(swarm.Submitter, submitted.Id, e => e.Type == "shard-done" && e.DoneItems > 10);

        await swarm.Submitter.Jobs.CancelAsync(submitted.Id, CancellationToken.None);
        JobStatus job = await TestNodes.EndOfAsync(swarm.Submitter, submitted.Id);
        ChannelView channel = await swarm.HeldAsync(provider);

        EarningsReport earned = await provider.Payments!.Earner
            .ReportAsync(Infernet.Daemon.Payments.Earning.EarningsGrouping.Payer, default, CancellationToken.None);
        Assert.That(job.State, Is.EqualTo("cancelled"));
        Assert.That(earned.Total.Unpaid, Is.Zero, $"{earned.Total}");
        Assert.That(job.Payment!.Paid, Is.EqualTo(channel.Promised));
    }

    [Test]
    public async Task Job_LargerThanItsChannel_TopsItUpWhileItRuns()
    {
        await using var swarm = new PaidSwarm(_chain)
        {
            Paying = new PayingOptions { ChannelDeposit = 4_000, JobBudget = 1_000_000 },
        };
        Node provider = await swarm.AddProviderAsync("provider", PaidSwarm.Prices);
        await swarm.StartSubmitterAsync();

        JobStatus job = await swarm.RunAsync(swarm.Job(60));

        ChannelView channel = await swarm.HeldAsync(provider);
        Assert.That(job.State, Is.EqualTo("done"), job.Error?.Message);
        Assert.That(job.Payment!.Paid, Is.EqualTo(CostOf(job)).And.EqualTo(channel.Promised));
        Assert.That(channel.Deposit, Is.GreaterThan(4_000ul));
        Assert.That(await TestNodes.EventsAsync(swarm.Submitter, job.Id, "provider-renewed"), Is.Not.Empty);
        Assert.That(await TestNodes.EventsAsync(swarm.Submitter, job.Id, "provider-lost"), Is.Empty);
        Assert.That(job.Providers.Single().State, Is.EqualTo("done"));
        Assert.That((await OnChainAsync(swarm, channel)).Deposit, Is.EqualTo(channel.Deposit));
        Assert.That(swarm.Submitter.Payments!.Payer.Channels(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Job_ThatReachesTheDaysCap_EndsPartiallyAndSaysTheAmount()
    {
        await using var swarm = new PaidSwarm(_chain)
        {
            // Rent and fee of a channel come to about 2.6 million: the first top-up is too much.
            DailyCap = 5_500_000,
            Paying = new PayingOptions { ChannelDeposit = 2_500_000, JobBudget = 1_000_000_000 },
        };
        var dear = new PriceList { InputPerMillionTokens = 3_000_000_000, OutputPerMillionTokens = 6_000_000_000 };
        await swarm.AddProviderAsync("provider", dear);
        await swarm.StartSubmitterAsync();

        JobStatus job = await swarm.RunAsync(swarm.Job(60));

        Assert.That((job.State, job.Error?.Code), Is.EqualTo(("partial", "budget")), job.Error?.Message);
        Assert.That(job.Error!.Message, Does.Contain("cap of 0.0055 SOL"));
        Assert.That(job.Payment!.Paid, Is.EqualTo(1_000 * CostOf(job)).And.LessThanOrEqualTo(2_500_000ul));
    }

    [Test]
    public async Task Shards_OfACheatAndOfTheHonest_AreWithheldAndPaid()
    {
        await using var swarm = new PaidSwarm(_chain);
        Node honest = await swarm.AddProviderAsync("honest", PaidSwarm.Prices);
        await swarm.AddProviderAsync("other", PaidSwarm.Prices);
        Node cheat = await swarm.AddProviderAsync("cheat", PaidSwarm.Prices, AuditSwarm.Canned);
        await swarm.StartSubmitterAsync();

        JobStatus job = await swarm.RunAsync(swarm.Job(60, rate: 1) with
        {
            Sharding = new ShardingSpecification { ShardSize = 2, MinProviders = 3 },
        });

        JobProvider liar = job.Providers.Single(p => p.PeerId == $"{cheat.Id}");
        Assert.That(job.State, Is.EqualTo("done"), job.Error?.Message);
        Assert.That(liar.Rejected, Is.GreaterThan(0));
        Assert.That((liar.Paid, liar.Withheld), Is.EqualTo((0ul, job.Payment!.Withheld)));
        Assert.That(liar.Withheld, Is.GreaterThan(0));
        // A shard that two were given is paid to both: each did what it was asked for.
        Assert.That(job.Payment.Paid, Is.GreaterThanOrEqualTo(CostOf(job)));
        Assert.That(job.Providers.Aggregate(0ul, (sum, p) => sum + p.Paid), Is.EqualTo(job.Payment.Paid));
        await swarm.PaidOutAsync(job);
        EarningsReport earned = await honest.Payments!.Earner.ReportAsync(
            Infernet.Daemon.Payments.Earning.EarningsGrouping.Kind, default, CancellationToken.None);
        Assert.That(earned.Total.Unpaid, Is.Zero, string.Join("; ", earned.Rows));
        Assert.That(
            earned.Rows.Single(r => r.Key == "shard").Paid,
            Is.EqualTo(job.Providers.Single(p => p.PeerId == $"{honest.Id}").Paid));
    }

    [Test]
    public async Task Answers_ThatWinTheirVotes_ArePaidAndTheOthersWithheld()
    {
        await using var swarm = new PaidSwarm(_chain);
        await swarm.AddProviderAsync("honest", PaidSwarm.Prices);
        Node other = await swarm.AddProviderAsync("other", PaidSwarm.Prices);
        Node cheat = await swarm.AddProviderAsync("cheat", PaidSwarm.Prices, AuditSwarm.Canned);
        await swarm.StartSubmitterAsync();

        JobStatus job = await swarm.RunAsync(swarm.Job(20) with
        {
            Verification = new VerificationSpecification { Mode = VerificationMode.Redundant, Copies = 3 },
        });

        JobProvider liar = job.Providers.Single(p => p.PeerId == $"{cheat.Id}");
        JobProvider right = job.Providers.Single(p => p.PeerId == $"{other.Id}");
        Assert.That(job.State, Is.EqualTo("done"), job.Error?.Message);
        Assert.That((liar.Paid, liar.Withheld), Is.EqualTo((0ul, job.Payment!.Withheld)));
        Assert.That(liar.Withheld, Is.GreaterThan(0));
        Assert.That(right.Paid, Is.GreaterThan(0));
        Assert.That((await swarm.HeldAsync(other)).Promised, Is.EqualTo(right.Paid));
        Assert.That(job.Payment.Paid, Is.EqualTo(job.Providers.Aggregate(0ul, (sum, p) => sum + p.Paid)));
    }

    [Test]
    public async Task Submitter_ThatStopsInTheMiddle_PaysWhatItOwesOnce()
    {
        await using var swarm = new PaidSwarm(_chain);
        Node provider = await swarm.AddProviderAsync("provider", PaidSwarm.Prices);
        await swarm.StartSubmitterAsync();
        JobStatus submitted = await swarm.Submitter.Jobs.SubmitAsync(swarm.Job(120), CancellationToken.None);
        await TestNodes.EventAsync(swarm.Submitter, submitted.Id, e => e.Type == "shard-done" && e.DoneItems > 10);

        await swarm.RestartSubmitterAsync();
        JobStatus job = await TestNodes.EndOfAsync(swarm.Submitter, submitted.Id);

        ChannelView channel = await swarm.HeldAsync(provider);
        Assert.That(job.State, Is.EqualTo("done"), job.Error?.Message);
        Assert.That(job.Payment!.Paid, Is.EqualTo(channel.Promised));
        Assert.That(job.Payment.Paid, Is.GreaterThanOrEqualTo(CostOf(job)));
        EarningsReport earned = await provider.Payments!.Earner
            .ReportAsync(Infernet.Daemon.Payments.Earning.EarningsGrouping.Payer, default, CancellationToken.None);
        Assert.That(earned.Total.Paid, Is.EqualTo(channel.Promised));
    }

    [Test]
    public async Task Submitter_ThatStopsWhileAnswersAreJudged_PaysForThemAfterItsNextStart()
    {
        await using var swarm = new PaidSwarm(_chain);
        await swarm.AddProviderAsync("provider", PaidSwarm.Prices);
        await swarm.AddProviderAsync("judge", PaidSwarm.Prices);
        await swarm.StartSubmitterAsync();
        JobStatus submitted = await swarm.Submitter.Jobs.SubmitAsync(swarm.Job(60, rate: 1), CancellationToken.None);
        await TestNodes.EventAsync(swarm.Submitter, submitted.Id, e => e.Type == "audit-started" && e.DoneItems > 4);
        await swarm.Nodes.StopAsync(swarm.Submitter);
        int owed = (await swarm.OwedAsync()).Count;

        await swarm.StartSubmitterAsync();
        JobStatus job = await TestNodes.EndOfAsync(swarm.Submitter, submitted.Id);
        await swarm.PaidOutAsync(job);
        await swarm.Nodes.StopAsync(swarm.Submitter);

        Assert.That(job.State, Is.EqualTo("done"), job.Error?.Message);
        Assert.That(owed, Is.GreaterThan(0), "nothing was owed, and nothing was tested");
        Assert.That(await swarm.OwedAsync(), Is.Empty);
        Assert.That(job.Payment!.Paid, Is.GreaterThanOrEqualTo(CostOf(job)));
        Assert.That(job.Payment.Audits, Is.GreaterThan(0));
    }

    // It once went on for ever, and then ended each run at once, though no budget could have helped.
    [Test]
    public async Task Submitter_WhoseChannelEndedWithADebt_FinishesTheJobAndSaysWhatIsNeverPaid()
    {
        await using var swarm = new PaidSwarm(_chain);
        await swarm.AddProviderAsync("provider", PaidSwarm.Prices);
        await swarm.AddProviderAsync("judge", PaidSwarm.Prices);
        await swarm.StartSubmitterAsync();
        JobStatus submitted = await swarm.Submitter.Jobs.SubmitAsync(swarm.Job(60, rate: 1), CancellationToken.None);
        await TestNodes.EventAsync(swarm.Submitter, submitted.Id, e => e.Type == "audit-started" && e.DoneItems > 4);
        await swarm.Nodes.StopAsync(swarm.Submitter);
        IReadOnlyList<OwedShards.Owed> owed = await swarm.OwedAsync();
        await swarm.EndChannelsAsync();

        await swarm.StartSubmitterAsync();
        JobStatus job = await TestNodes.EndOfAsync(swarm.Submitter, submitted.Id);

        Assert.That(owed, Is.Not.Empty, "nothing was owed, and nothing was tested");
        Assert.That(job.State, Is.EqualTo("done"), job.Error?.Message);
        Assert.That(
            job.Payment!.Unpayable.Aggregate(0ul, (sum, d) => sum + d.Amount),
            Is.EqualTo(owed.Aggregate(0ul, (sum, o) => sum + o.Cost)));
        Assert.That(job.Payment.Unpayable[0].PeerId, Is.EqualTo($"{owed[0].Provider}"));
        Assert.That(job.Payment.Unpayable[0].Reason, Does.Contain($"{owed[0].Channel}").And.Contain("has ended"));
        JobEvent said = await TestNodes.EventAsync(swarm.Submitter, submitted.Id, e => e.Type == "payment-failed");
        Assert.That(said.Message, Does.Contain("are owed for answers that came, and are never paid"));
    }

    [Test]
    public async Task Provider_ThatRaisesItsPrice_IsPaidTheOldOneToTheJobsEnd()
    {
        await using var swarm = new PaidSwarm(_chain);
        Node provider = await swarm.AddProviderAsync("provider", PaidSwarm.Prices);
        await swarm.StartSubmitterAsync();
        JobStatus submitted = await swarm.Submitter.Jobs.SubmitAsync(swarm.Job(60), CancellationToken.None);
        await TestNodes.EventAsync(swarm.Submitter, submitted.Id, e => e.Type == "shard-done");

        await provider.Payments!.Earner.Prices.SetAsync(
            new PriceList { InputPerMillionTokens = 6_000_000, OutputPerMillionTokens = 12_000_000 }, default);
        JobStatus first = await TestNodes.EndOfAsync(swarm.Submitter, submitted.Id);
        JobStatus second = await swarm.RunAsync(swarm.Job(10));

        Assert.That(first.Payment!.Paid, Is.EqualTo(CostOf(first)), first.Error?.Message);
        Assert.That(second.State, Is.EqualTo("done"), second.Error?.Message);
        Assert.That(second.Payment!.Paid, Is.EqualTo(2 * CostOf(second)));
    }

    [Test]
    public async Task Provider_ThatAsksTooMuch_DoesNotFitAndTheReasonSaysSo()
    {
        await using var swarm = new PaidSwarm(_chain);
        Node provider = await swarm.AddProviderAsync("provider", PaidSwarm.Prices);
        await swarm.StartSubmitterAsync();
        Node free = await swarm.StartFreeAsync();

        ApiException dear = (await Assert.ThrowsAsync<ApiException>(() => swarm.Submitter.Jobs.SubmitAsync(
            swarm.Job(1) with { MaxPrice = new PriceLimit { Output = "5000000 lamports" } }, CancellationToken.None)))!;
        ApiException poor = (await Assert.ThrowsAsync<ApiException>(
            () => free.Jobs.SubmitAsync(swarm.Job(1), CancellationToken.None)))!;
        ApiException off = (await Assert.ThrowsAsync<ApiException>(() => free.Jobs.SubmitAsync(
            swarm.Job(1) with { Budget = "1 SOL" }, CancellationToken.None)))!;

        Assert.That(provider.Payments, Is.Not.Null);
        Assert.That(dear.Error.Details, Has.Some.Contains(
            "asks 3,000 lamports per 1,000 prompt tokens, 6,000 lamports per 1,000 answer tokens; the job pays at most "
            + "5,000 lamports per 1,000 answer tokens"));
        Assert.That(poor.Error.Details, Has.Some.Contains("this node has no wallet"));
        Assert.That(off.Error.Code, Is.EqualTo(PaymentCodes.Off));
    }

    [Test]
    public async Task Provider_ThatAsksNothing_IsUsedUnpaidBesideOneThatDoes()
    {
        await using var swarm = new PaidSwarm(_chain);
        Node paid = await swarm.AddProviderAsync("paid", PaidSwarm.Prices);
        Node free = await swarm.AddProviderAsync("free", null);
        await swarm.StartSubmitterAsync();

        JobStatus job = await swarm.RunAsync(swarm.Job(60) with
        {
            Sharding = new ShardingSpecification { ShardSize = 2, MinProviders = 2 },
        });

        Assert.That(job.State, Is.EqualTo("done"), job.Error?.Message);
        Assert.That(job.Providers.Single(p => p.PeerId == $"{free.Id}").Paid, Is.Zero);
        Assert.That(
            job.Payment!.Paid,
            Is.EqualTo(job.Providers.SingleOrDefault(p => p.PeerId == $"{paid.Id}")?.Paid ?? 0));
    }

    [Test]
    public async Task Channel_ThatIsClosed_GivesTheRestBackAndSettlesWhatIsOwed()
    {
        await using var swarm = new PaidSwarm(_chain);
        Node provider = await swarm.AddProviderAsync("provider", PaidSwarm.Prices);
        await swarm.StartSubmitterAsync();
        // More than the rent floor, so that treasury and platform can be paid: the ledger's are funded anyway.
        JobStatus job = await swarm.RunAsync(swarm.Job(20));
        ChannelView channel = await swarm.HeldAsync(provider);
        await _chain.AdvanceAsync(60, 200);

        ChannelView closed = await swarm.Submitter.Payments!.Payer.CloseChannelAsync(channel.Address, default);

        Assert.That(job.State, Is.EqualTo("done"), job.Error?.Message);
        Assert.That(closed.State, Is.EqualTo(PayChannelState.Closed), closed.Note);
        Assert.That(await swarm.Submitter.Payments!.Chain.ChannelAsync(Address.Parse(channel.Address), default), Is.Null);
    }

    private static async Task<int[]> ShardSizesAsync(Node node, string job) =>
        [.. (await EventsAsync(node, job, "shard-sent")).Select(m => int.Parse(m.Split(' ')[0], CultureInfo.InvariantCulture))];

    private static async Task<IReadOnlyList<string>> EventsAsync(Node node, string job, string type)
    {
        using var limit = new CancellationTokenSource(TestNodes.Patience);
        var messages = new List<string>();
        await foreach (JobEvent happened in node.Jobs.WatchAsync(job, 0, limit.Token))
        {
            if (happened.Type == type)
            {
                messages.Add(happened.Message);
            }
        }

        return messages;
    }

    private static async Task<ChannelState> OnChainAsync(PaidSwarm swarm, ChannelView channel) =>
        (await swarm.Submitter.Payments!.Chain.ChannelAsync(Address.Parse(channel.Address), default))!;

    // Each token costs a whole number of lamports: the sum of the shards is that of the tokens.
    private static ulong CostOf(JobStatus job) =>
        new Prices { InputPerMillionTokens = 3_000_000, OutputPerMillionTokens = 6_000_000 }
            .CostOf(new Usage((ulong)job.PromptTokens, (ulong)job.CompletionTokens));
}
