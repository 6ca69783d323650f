using Dapper;
using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Asking;
using Infernet.Daemon.Audits.Paying;
using Infernet.Daemon.Jobs.Paying;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Earning;
using Infernet.Daemon.Payments.Paying;
using Infernet.Daemon.Payments.Spending;
using Infernet.Daemon.Tests.Payments;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Tests.Support;
using Infernet.Solana.Keys;
using Infernet.Solana.Tests.Chain;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Daemon.Tests.Audits.Paying;

/// <summary>
/// An auditor's price from the asking to the voucher, over a real journal and the real ledger: what is due is paid once,
/// also when the process dies at any of its commits, and what is not due costs nothing.
/// </summary>
[TestFixture]
public sealed class AuditorPayTests
{
    private const long Job = 1;
    private const ulong Price = 40;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly PeerId _auditor = NodeIdentity.Generate().Id;
    private readonly AuditRequest _request = TestAudits.Request();
    private SettlementChain _chain = null!;
    private PaymentBench _bench = null!;
    private Libp2pHost _host = null!;
    private Address _payee;
    private JobBudget _budget = null!;

    [OneTimeSetUp]
    public async Task StartLedger() => _chain = await SettlementChain.StartAsync(tokens: false);

    [OneTimeTearDown]
    public async Task StopLedger() => await _chain.DisposeAsync();

    [SetUp]
    public async Task SetUp()
    {
        _bench = await PaymentBench.StartAsync(_chain, o => o with { FailureAge = TimeSpan.Zero, MaxAttempts = 1 });
        _host = await Libp2pHost.StartAsync(
            _bench.Identity, new HostOptions { ListenAddresses = [] }, NullLoggerFactory.Instance, default);
        _payee = (await _chain.NewPersonAsync()).Address;
        _budget = new JobBudget(1_000, 0);
    }

    [TearDown]
    public async Task TearDown()
    {
        await _host.DisposeAsync();
        await _bench.DisposeAsync();
    }

    [Test]
    public async Task Death_AtAnyCommit_PaysForARuledVerdictOnce([Range(1, 9)] int commit, [Values] bool committed)
    {
        await _bench.CloseAsync();
        bool dead = false;
        _bench.Open((number, done) =>
        {
            if (dead |= number == commit && done == committed)
            {
                throw new JournalException("The process is dead");
            }
        });
        _bench.Wire.Rule = (_, _, through) => dead ? throw new HttpRequestException("dead") : through();
        try
        {
            await HearAndPayAsync().WaitAsync(Limit);
        }
        catch (Exception) when (dead)
        {
            // Whatever it says: it is dead.
        }

        await _bench.CloseAsync();
        dead = false;
        _bench.Open();
        await _bench.Desk.ResumeAsync(default).WaitAsync(Limit);
        bool ruled = _bench.Journal.AuditDues.Sum(Job, DateTimeOffset.MinValue) > 0;
        Assert.That(PaidSoFar, Is.EqualTo(0ul).Or.EqualTo(Price));
        if (ruled)
        {
            await using Payer payer = NewPayer();
            await using AuditorPay pay = NewPay(payer);
            await pay.SettleLeftAsync(default).WaitAsync(Limit);
        }
        else
        {
            // The verdict did not count, so the case is heard again.
            await HearAndPayAsync().WaitAsync(Limit);
        }

        Assert.That(PaidSoFar, Is.EqualTo(Price));
        Assert.That(_bench.Journal.AuditDues.Unpaid(10), Is.Empty);
        Assert.That(_bench.Journal.AuditDues.Sum(Job, DateTimeOffset.MinValue), Is.EqualTo(Price));
    }

    [Test]
    public async Task Due_ThatIsSettledAgain_IsPaidOnce()
    {
        await HearAndPayAsync().WaitAsync(Limit);
        await HearAndPayAsync().WaitAsync(Limit);

        Assert.That(PaidSoFar, Is.EqualTo(Price));
    }

    [Test]
    public async Task Due_OnAChannelThatHasEnded_IsGivenUpAndOtherDuesArePaid()
    {
        await using Payer payer = NewPayer();
        await using AuditorPay pay = NewPay(payer);
        await using HearingPurse purse = Purse(pay);
        await purse.OpenAsync(_auditor, default).WaitAsync(Limit);
        AuditDue due = (await purse.ConcludeAsync(_ => true)).Single();
        AuditCharge gone = due.Charge with { Request = [1, 2, 3], Channel = _payee };
        await _bench.Journal.AuditDues.AddAsync([gone, due.Charge], default);
        await due.Account.DisposeAsync();

        await pay.SettleLeftAsync(default).WaitAsync(Limit);

        Assert.That(_bench.Journal.AuditDues.Unpaid(10), Is.Empty);
        Assert.That(_bench.Journal.AuditDues.Sum(Job, DateTimeOffset.MinValue), Is.EqualTo(Price));
        Assert.That(PaidSoFar, Is.EqualTo(Price));
    }

    // Its loop once ended for good with the first failure, and said nothing.
    [Test]
    public async Task Journal_ThatCantBeReadForAWhile_IsSaidAndWhatIsDueIsPaidThen()
    {
        await using Payer payer = NewPayer();
        var time = new ManualTime();
        await using AuditorPay pay = NewPay(payer, time);
        await using HearingPurse purse = Purse(pay);
        await purse.OpenAsync(_auditor, default).WaitAsync(Limit);
        AuditDue due = (await purse.ConcludeAsync(_ => true)).Single();
        await _bench.Journal.AuditDues.AddAsync([due.Charge], default);
        await due.Account.DisposeAsync();
        Rename("audit_dues", "elsewhere");

        pay.Start();
        Pass(time, () => pay.Problem is not null);
        string? problem = pay.Problem;
        Rename("elsewhere", "audit_dues");
        Pass(time, () => PaidSoFar == Price && pay.Problem is null);

        Assert.That(problem, Does.Contain("what auditors are due").And.Contain("can't be read"));
        Assert.That(PaidSoFar, Is.EqualTo(Price));
    }

    [Test]
    public async Task Verdict_ThatIsNotWorthItsPrice_CostsNothing()
    {
        await using Payer payer = NewPayer();
        await using AuditorPay pay = NewPay(payer);
        await using (HearingPurse purse = Purse(pay))
        {
            await purse.OpenAsync(_auditor, default).WaitAsync(Limit);
            Assert.That((_budget.LeftForAudits, payer.Channels().Single().Reserved), Is.EqualTo((960ul, Price)));

            Assert.That(await purse.ConcludeAsync(_ => false), Is.Empty);
        }

        Assert.That((_budget.LeftForAudits, payer.Channels().Single().Reserved), Is.EqualTo((1_000ul, 0ul)));
        Assert.That(PaidSoFar, Is.Zero);
    }

    // The auditor counts it against the window in which this node's shards are, too: they would wait there.
    [Test]
    public async Task Audit_ThatIsUnderWay_TakesRoomFromTheJobsAtThatNode()
    {
        await using Payer payer = NewPayer();
        await using AuditorPay pay = NewPay(payer);
        using CreditShare job = payer.CreditAt(_auditor).Join(credit: 100, unpaid: 0, () => { });
        await using HearingPurse purse = Purse(pay);

        await purse.OpenAsync(_auditor, default).WaitAsync(Limit);
        bool beside = job.TryGrant(100 - Price, waits: false);
        bool over = job.TryGrant(100 - Price + 1, waits: false);
        await purse.ConcludeAsync(_ => false);

        Assert.That((beside, over), Is.EqualTo((true, false)));
        Assert.That(job.TryGrant(100, waits: false), Is.True, "it is over");
    }

    [Test]
    public async Task Auditor_ThatIsAskedAgain_IsOfferedOnePriceByAFreshIntent()
    {
        await using Payer payer = NewPayer();
        await using AuditorPay pay = NewPay(payer);
        await using HearingPurse purse = Purse(pay);

        OfferPayment first = (await purse.OpenAsync(_auditor, default).WaitAsync(Limit))!;
        OfferPayment again = (await purse.OpenAsync(_auditor, default).WaitAsync(Limit))!;

        Assert.That(again.IntentEnvelope, Is.Not.EqualTo(first.IntentEnvelope));
        Assert.That(_budget.LeftForAudits, Is.EqualTo(960));
    }

    [Test]
    public async Task Intent_NamesTheRequestAndNoJob_AndItsCeilingIsThePrice()
    {
        await using Payer payer = NewPayer();
        await using AuditorPay pay = NewPay(payer);
        await using HearingPurse purse = Purse(pay);

        OfferPayment offered = (await purse.OpenAsync(_auditor, default).WaitAsync(Limit))!;

        Assert.That(PaymentIntentEnvelope.TryOpen(offered.IntentEnvelope.Span, out PaymentIntent intent, out _), Is.True);
        Assert.That(intent.Ceiling, Is.EqualTo(Price));
        Assert.That(intent.JobId.ToByteArray(), Is.EqualTo(AuditBill.IdOf(_request)));
    }

    [Test]
    public async Task Auditor_ThatCostsMoreThanIsLeft_IsNotAffordable()
    {
        await using Payer payer = NewPayer();
        await using AuditorPay pay = NewPay(payer);
        _budget = new JobBudget(Price - 1, 0);
        await using HearingPurse purse = Purse(pay);

        Assert.That(purse.Affordable([Serving()]), Is.Empty);
        Assert.That(purse.Shortage, Does.Contain("no auditor that can be paid"));
        Assert.That(purse.Affordable([Serving(), Serving() with { Prices = new Prices() }]), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Node_ThatPaysNobody_CanAffordThoseWhoAskNothing()
    {
        await using var purse = new HearingPurse(TestAudits.Case(request: _request), null);

        Assert.That(purse.Affordable([Serving()]), Is.Empty);
        Assert.That(purse.Affordable([Serving() with { Prices = new Prices() }]), Has.Count.EqualTo(1));
        Assert.That(await purse.OpenAsync(_auditor, default), Is.Null);
    }

    [Test]
    public async Task Canaries_AreHeldToTheirDaysSumAlsoAfterARestart()
    {
        var funds = new CanaryFunds(100, _bench.Journal.AuditDues, _bench.Time);
        Assert.That(funds.TryTake(60), Is.True);
        Assert.That(funds.TryTake(41), Is.False);
        await _bench.Journal.AuditDues.AddAsync(
            [new AuditCharge([1], 0, $"{_auditor}", _payee, 60, _bench.Time.GetUtcNow())], default);

        var later = new CanaryFunds(100, _bench.Journal.AuditDues, _bench.Time);
        Assert.That(later.Left, Is.EqualTo(40));
        later.GiveBack(10);
        Assert.That(later.Left, Is.EqualTo(50));
    }

    private static void Pass(ManualTime time, Func<bool> until)
    {
        using var limit = new CancellationTokenSource(Limit);
        do
        {
            limit.Token.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromSeconds(20));
        }
        while (!SpinWait.SpinUntil(until, TimeSpan.FromMilliseconds(100)));
    }

    // Somebody else's hand in the file: what is read there fails until it is put right.
    private void Rename(string table, string to)
    {
        using var connection = new SqliteConnection($"Data Source={_bench.File};Pooling=False");
        connection.Open();
        connection.Execute($"ALTER TABLE {table} RENAME TO {to}");
    }

    private ulong PaidSoFar => _bench.Journal.Pay.Channels().Aggregate(0ul, (sum, c) => sum + c.Signed);

    // A hearing with one auditor, its ruling, and the payment, as a job has them.
    private async Task HearAndPayAsync()
    {
        await using Payer payer = NewPayer();
        await using AuditorPay pay = NewPay(payer);
        await using HearingPurse purse = Purse(pay);
        await purse.OpenAsync(_auditor, default);
        IReadOnlyList<AuditDue> dues = await purse.ConcludeAsync(_ => true);
        await _bench.Journal.Audits.RuleAsync(
            Job,
            new RulingRecord
            {
                Receipt = [1], Provider = "provider", State = AuditState.Verified, Reason = "found right", Ratio = 0,
                Verdicts = [], Convicted = false, Dues = [.. dues.Select(d => d.Charge)],
            },
            default);
        pay.Settle(dues, areJournaled: true);
    }

    private HearingPurse Purse(AuditorPay pay)
    {
        var purse = new HearingPurse(
            TestAudits.Case(request: _request) with
            {
                Funds = new Funds(_budget),
                Allowance = new AuditAllowance
                {
                    Mint = ByteString.Empty, Judged = new Usage(8, 32), PaidBy = Serving().Prices,
                },
            },
            pay);
        purse.Affordable([Serving()]);
        return purse;
    }

    private ServingAuditor Serving() => new(
        _auditor, new Prices { InputPerMillionTokens = 1_000_000, OutputPerMillionTokens = 1_000_000 }, _payee);

    private AuditorPay NewPay(Payer payer, TimeProvider? time = null) => new(
        payer, _bench.Journal.AuditDues, new CanaryFunds(0, _bench.Journal.AuditDues, _bench.Time), time ?? _bench.Time,
        NullLogger.Instance);

    private Payer NewPayer() => new(
        _bench.Identity, _bench.Client, _bench.Desk, _bench.Spending, new GuardedVoucherSigner(_bench.Identity),
        new PayClient(_host, _bench.Time), _bench.Escrows, _bench.Journal.Pay, new PayingOptions { ChannelDeposit = 10_000 }, _bench.Time,
        NullLoggerFactory.Instance);

    private sealed class Funds(JobBudget budget) : IAuditFunds
    {
        public long Job => AuditorPayTests.Job;

        public ulong Left => budget.LeftForAudits;

        public bool TryTake(ulong amount) => budget.TryTakeForAudit(amount);

        public void GiveBack(ulong amount) => budget.GiveBackFromAudit(amount);

        public void Spend(PeerId auditor, ulong amount)
        {
        }
    }
}
