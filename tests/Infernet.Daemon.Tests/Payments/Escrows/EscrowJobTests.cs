using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Nodes;
using Infernet.Daemon.Payments.Paying;
using Infernet.Daemon.Tests.Nodes;
using Infernet.Daemon.Tests.Payments.Paying;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;
using Infernet.Solana.Tests.Chain;

namespace Infernet.Daemon.Tests.Payments.Escrows;

/// <summary>Jobs that are paid by escrows, on whole nodes and the real ledger, whose committee are nodes.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class EscrowJobTests(bool tokens)
{
    private static readonly string[] Members = ["member-1", "member-2", "member-3"];

    private SettlementChain _chain = null!;
    private PaidSwarm _swarm = null!;
    private List<Node> _members = null!;

    [OneTimeSetUp]
    public async Task StartLedger() => _chain = await SettlementChain.StartAsync(tokens);

    [OneTimeTearDown]
    public async Task StopLedger() => await _chain.DisposeAsync();

    [SetUp]
    public async Task SetUp()
    {
        _swarm = new PaidSwarm(_chain);
        await ConfigureAsync();
    }

    private async Task ConfigureAsync()
    {
        await _chain.ConfigureAsync(_chain.Config with { Committee = [.. Members.Select(KeyOf)], Threshold = 2 });
        _members = [];
    }

    [TearDown]
    public async Task TearDown() => await _swarm.DisposeAsync();

    [Test]
    public async Task Job_PaidByAnEscrow_IsReleasedByTheCommitteeAndTheRestComesBack()
    {
        Node provider = await StartAsync(members: 3);
        await _swarm.Nodes.StopAsync(_members[1]);
        ulong before = await _chain.BalanceAsync(_swarm.Wallet);

        JobStatus job = await _swarm.RunAsync(_swarm.Job(20) with { Escrow = true });

        Assert.That(job.State, Is.EqualTo("done"), job.Error?.Message);
        Assert.That((job.Payment!.By, job.Payment.Paid > 0), Is.EqualTo(("escrows", true)));
        Assert.That(_swarm.Submitter.Payments!.Payer.Channels(), Is.Empty, "an escrow is no channel");
        PayChannel escrow = _swarm.Submitter.Payments.Payer.Escrows().Single();
        Assert.That(escrow.Signed, Is.EqualTo(job.Payment.Paid));
        EscrowState state = (await _swarm.Submitter.Payments.Chain.EscrowAsync(escrow.Address, default))!;
        Assert.That(state.Amount, Is.EqualTo(escrow.Deposit).And.GreaterThan(job.Payment.Paid));
        ulong open = await _chain.BalanceAsync(_swarm.Wallet);

        await _chain.AdvanceAsync(1);
        SettlementView settled = await SettledAsync(provider);

        Assert.That((settled.Channel, settled.Amount), Is.EqualTo(($"{escrow.Address}", job.Payment.Paid)));
        Assert.That(settled.Received, Is.EqualTo(state.Terms.Divide(0, job.Payment.Paid).Payee));
        Assert.That(await _swarm.Submitter.Payments.Chain.EscrowAsync(escrow.Address, default), Is.Null);
        ulong back = await _chain.BalanceAsync(_swarm.Wallet);
        ulong rent = tokens ? 0 : Infernet.Daemon.Payments.Spending.TransactionOutflow.Rent(EscrowState.Length);
        Assert.That(back - open, Is.EqualTo(escrow.Deposit - job.Payment.Paid + rent));
        Assert.That(
            before - back - job.Payment.Paid, tokens ? Is.Zero : Is.InRange(5_000ul, 100_000ul), "and a fee, in lamports");
        Assert.That(provider.Status().Problems, Is.Empty);

        await _swarm.Submitter.Payments.Payer.LookAsync(default);
        Assert.That(_swarm.Submitter.Payments.Payer.Escrows().Single().State, Is.EqualTo(PayChannelState.Closed));
        Assert.That(
            (await _swarm.Submitter.Payments.Escrows.ListAsync(default)).Single().State, Is.EqualTo("closed"));
    }

    [Test]
    public async Task Job_WhoseCommitteeIsAway_IsHeldUpAndSaidSo_AndThePayerGetsAllBackInTheEnd()
    {
        Node provider = await StartAsync(members: 1);
        JobStatus job = await _swarm.RunAsync(_swarm.Job(4) with { Escrow = true });
        PayChannel escrow = _swarm.Submitter.Payments!.Payer.Escrows().Single();
        await HeldAsync(provider, job);
        await _chain.AdvanceAsync(1);

        SettleReport report = await provider.Payments!.Earner.SettleAsync(dryRun: false, default);

        Assert.That(report.Settled, Is.Empty);
        Assert.That(report.Problems.Single(), Does.Contain("1 of the committee sign").And.Contain("2 must"));
        Assert.That(provider.Status().Problems.Single(), Does.Contain("2 must"));

        await _chain.AdvanceAsync((long)new PayingOptions().EscrowTerm.TotalSeconds);
        ulong before = await _chain.BalanceAsync(_swarm.Wallet);
        await _swarm.Submitter.Payments.Payer.LookAsync(default);

        Assert.That(await _chain.BalanceAsync(_swarm.Wallet), Is.GreaterThanOrEqualTo(before + escrow.Deposit));
        Assert.That(_swarm.Submitter.Payments.Payer.Escrows().Single().State, Is.EqualTo(PayChannelState.Closed));
    }

    [Test]
    public async Task Job_LargerThanItsEscrow_GoesOnWithAnotherOne()
    {
        _swarm = new PaidSwarm(_chain) { Paying = new PayingOptions { ChannelDeposit = 4_000, JobBudget = 1_000_000 } };
        await ConfigureAsync();
        Node provider = await StartAsync(members: 2);

        JobStatus job = await _swarm.RunAsync(_swarm.Job(60) with { Escrow = true });

        Assert.That(job.State, Is.EqualTo("done"), job.Error?.Message);
        IReadOnlyList<PayChannel> escrows = _swarm.Submitter.Payments!.Payer.Escrows();
        Assert.That(escrows, Has.Count.GreaterThan(1));
        Assert.That(escrows.Aggregate(0ul, (sum, e) => sum + e.Signed), Is.EqualTo(job.Payment!.Paid));
        Assert.That(escrows.Select(e => Convert.ToHexString(e.Escrow!.Job.Span)).Distinct().Count(), Is.EqualTo(escrows.Count));
        Assert.That(provider.Status().Problems, Is.Empty);
    }

    [Test]
    public async Task Job_ThatOutlivesItsEscrow_GoesOnWithAnotherOneBeforeItEnds()
    {
        Node provider = await StartAsync(members: 2);
        JobStatus job = await _swarm.Submitter.Jobs.SubmitAsync(_swarm.Job(120) with { Escrow = true }, default);
        await TestNodes.EventAsync(_swarm.Submitter, job.Id, e => e.Type == "shard-done");

        await _chain.AdvanceAsync(22 * 3_600 + 600);
        JobStatus done = await TestNodes.EndOfAsync(_swarm.Submitter, job.Id);

        Assert.That(done.State, Is.EqualTo("done"), done.Error?.Message);
        PayChannel[] escrows = [.. _swarm.Submitter.Payments!.Payer.Escrows().OrderBy(e => e.OpenedAt)];
        Assert.That(escrows, Has.Length.EqualTo(2));
        Assert.That(escrows.Select(e => e.Signed), Is.All.GreaterThan(0ul));
        Assert.That(escrows[0].Signed + escrows[1].Signed, Is.EqualTo(done.Payment!.Paid));
        Assert.That(await TestNodes.EventsAsync(_swarm.Submitter, job.Id, "provider-renewed"), Is.Not.Empty);
        Assert.That(provider.Status().Problems, Is.Empty);
    }

    [Test]
    public async Task Job_WhosePayerStopsInTheMiddle_GoesOnAndPaysForAll()
    {
        Node provider = await StartAsync(members: 2);
        JobStatus job = await _swarm.Submitter.Jobs.SubmitAsync(_swarm.Job(40) with { Escrow = true }, default);
        await TestNodes.EventAsync(_swarm.Submitter, job.Id, e => e.Type == "shard-done");

        await _swarm.RestartSubmitterAsync();
        JobStatus done = await TestNodes.EndOfAsync(_swarm.Submitter, job.Id);

        Assert.That(done.State, Is.EqualTo("done"), done.Error?.Message);
        IReadOnlyList<PayChannel> escrows = _swarm.Submitter.Payments!.Payer.Escrows();
        Assert.That(escrows.Aggregate(0ul, (sum, e) => sum + e.Signed), Is.EqualTo(done.Payment!.Paid));
        await HeldAsync(provider, done);
    }

    [Test]
    public async Task Job_WhosePayerComesBackAfterTheRelease_PaysNothingByWhatIsGone()
    {
        Node provider = await StartAsync(members: 2);
        JobStatus job = await _swarm.Submitter.Jobs.SubmitAsync(_swarm.Job(40) with { Escrow = true }, default);
        await TestNodes.EventAsync(_swarm.Submitter, job.Id, e => e.Type == "shard-done");
        await _swarm.Nodes.StopAsync(_swarm.Submitter);
        await _chain.AdvanceAsync(1);
        SettlementView settled = await SettledAsync(provider);
        ulong signed = await SignedAsync();

        await _swarm.StartSubmitterAsync();
        JobStatus done = await TestNodes.EndOfAsync(_swarm.Submitter, job.Id);

        Assert.That(done.State, Is.EqualTo("done"), done.Error?.Message);
        PayChannel[] escrows = [.. _swarm.Submitter.Payments!.Payer.Escrows()];
        PayChannel gone = escrows.Single(e => $"{e.Address}" == settled.Channel);
        Assert.That(gone.State, Is.EqualTo(PayChannelState.Closed));
        Assert.That(gone.Signed, Is.EqualTo(signed), "no voucher after its end");
        Assert.That(escrows, Has.Length.EqualTo(2));
        await _chain.AdvanceAsync(1);
        Assert.That((await SettledAsync(provider)).Amount, Is.EqualTo(done.Payment!.Paid - signed));
    }

    [Test]
    public async Task Provider_ThatTakesNoEscrows_IsLeftOutWithTheReason()
    {
        await StartAsync(members: 0, takes: false);

        ApiException refused = (await Assert.ThrowsAsync<ApiException>(
            () => _swarm.RunAsync(_swarm.Job(2) with { Escrow = true })))!;

        Assert.That(refused.Error.Code, Is.EqualTo("unsuitable"));
        Assert.That(string.Join(' ', refused.Error.Details!), Does.Contain("takes no escrows"));
        Assert.That(_swarm.Submitter.Payments!.Payer.Escrows(), Is.Empty);
    }

    // What the submitter, which must have stopped, signed for in all.
    private async Task<ulong> SignedAsync()
    {
        await using NodeJournal journal = NodeJournal.Open(
            new JournalOptions { Path = Path.Combine(_swarm.Nodes.HomeOf("submitter"), "infernet.db") });
        return journal.Pay.Channels().Single().Signed;
    }

    private async Task<Node> StartAsync(int members, bool takes = true)
    {
        Node provider = await _swarm.AddProviderAsync("provider", PaidSwarm.Prices, o => o with
        {
            Payments = o.Payments! with
            {
                Earning = o.Payments.Earning with { ReleaseCost = 0, TakeEscrows = takes },
            },
        });
        foreach (string member in Members.Take(members))
        {
            _members.Add(await _swarm.AddMemberAsync(member));
        }

        await _swarm.StartSubmitterAsync();
        return provider;
    }

    private static async Task<SettlementView> SettledAsync(Node provider)
    {
        using var limit = new CancellationTokenSource(TestNodes.Patience);
        while (true)
        {
            SettleReport report = await provider.Payments!.Earner.SettleAsync(dryRun: false, limit.Token);
            Assert.That(report.Problems, Is.Empty);
            if (report.Settled.Count > 0)
            {
                return report.Settled.Single();
            }

            await Task.Yield();
        }
    }

    // Until the provider holds all that the job paid, and knows that it has ended.
    private static async Task HeldAsync(Node provider, JobStatus job)
    {
        using var limit = new CancellationTokenSource(TestNodes.Patience);
        while ((await provider.Payments!.Earner.ReportAsync(
            Infernet.Daemon.Payments.Earning.EarningsGrouping.Day, default, limit.Token)).Total.Paid < job.Payment!.Paid)
        {
            await Task.Yield();
        }
    }

    private Address KeyOf(string name)
    {
        string home = Directory.CreateDirectory(_swarm.Nodes.HomeOf(name)).FullName;
        return new Address(KeyFile.LoadOrCreate(Path.Combine(home, "identity.key")).PublicKey);
    }
}
