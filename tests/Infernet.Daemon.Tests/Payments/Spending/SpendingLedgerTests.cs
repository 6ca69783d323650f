using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Spending;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Daemon.Tests.Payments.Spending;

[TestFixture]
public sealed class SpendingLedgerTests
{
    private const ulong Cap = 10_000_000;
    private static readonly SolanaKey WalletKey = SolanaKey.FromSeed(new byte[32]);
    private static readonly Address Program = SolanaKey.FromSeed([1, .. new byte[31]]).Address;
    private static readonly Address Other = SolanaKey.FromSeed([2, .. new byte[31]]).Address;
    private static readonly NodeIdentity Identity = NodeIdentity.FromSeed([3, .. new byte[31]]);

    private string _folder = "";
    private NodeJournal _journal = null!;
    private Clock _clock = null!;
    private GuardedWallet _wallet = null!;
    private SpendingLedger _ledger = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("infernet-spend-").FullName;
        _clock = new Clock();
        _wallet = new GuardedWallet(WalletKey, Program);
        Open();
    }

    [TearDown]
    public async Task TearDown()
    {
        await _journal.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Lock_UpToTheCap_IsPermitted_AndOneUnitMoreIsNot()
    {
        await LockAsync(Deposit(1_000_000));
        ulong left = Cap - _ledger.Today(default).Locked;
        ulong overhead = TransactionOutflow.Rent(ChannelState.Length) + TransactionOutflow.SignatureFee;
        PaymentException over = await RefusedAsync(() => LockAsync(Deposit(left - overhead + 1)));
        Assert.That(over.Code, Is.EqualTo(PaymentCodes.SpendingCap));
        Assert.That(over.Message, Does.Contain("0.01 SOL").And.Contain("1970-01-02"), "names the cap and the day");
        await LockAsync(Deposit(left - overhead));
        Assert.That(_ledger.Today(default).Locked, Is.EqualTo(Cap));
    }

    [Test]
    public async Task Lock_ThatIsRefused_WritesNothing()
    {
        bool wrote = false;
        await RefusedAsync(() => _ledger.LockAsync(
            Deposit(Cap), OutflowScope.Nothing, "a test", _ => wrote = true, default));
        Assert.That((wrote, _ledger.Today(default).Locked), Is.EqualTo((false, 0ul)));
    }

    [Test]
    public async Task Lock_WhoseOwnRowsFail_CountsNothing()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _ledger.LockAsync(
            Deposit(5), OutflowScope.Nothing, "a test", _ => throw new InvalidOperationException(), default));
        Assert.That(_ledger.Today(default).Locked, Is.Zero);
    }

    [Test]
    public async Task Lock_OfAnotherMint_HasNoCapAndIsRefused()
    {
        Address mint = SolanaKey.FromSeed([9, .. new byte[31]]).Address;
        Message open = Compile(ChannelInstructions.Open(Program, Channel(mint), 1, 99));
        Assert.That((await RefusedAsync(() => LockAsync(open))).Code, Is.EqualTo(PaymentCodes.SpendingCap));
    }

    [Test]
    public async Task Promise_OfRisingVouchers_CountsTheRaises()
    {
        await PromiseAsync(100);
        await PromiseAsync(250);
        await PromiseAsync(250);
        Assert.That(_ledger.Today(default).Promised, Is.EqualTo(250));
    }

    [Test]
    public async Task Promise_BelowTheLastOne_IsRefused()
    {
        await PromiseAsync(100);
        Assert.That((await RefusedAsync(() => PromiseAsync(99))).Code, Is.EqualTo(PaymentCodes.NotSigned));
    }

    [Test]
    public async Task Promise_AboveWhatCanBeCounted_IsRefused() =>
        Assert.That((await RefusedAsync(() => PromiseAsync(ulong.MaxValue))).Code, Is.EqualTo(PaymentCodes.NotSigned));

    [Test]
    public async Task Promise_PastTheCap_IsRefusedOverAllChannels()
    {
        await PromiseAsync(Cap - 1, channel: 1);
        Assert.That(
            (await RefusedAsync(() => PromiseAsync(2, channel: 2))).Code, Is.EqualTo(PaymentCodes.SpendingCap));
        await PromiseAsync(1, channel: 2);
    }

    // As two processes have it: each with its own connection to the one file.
    [Test]
    public async Task Lock_ByTwoAtTheSameMoment_NeverPassesTheCapTogether()
    {
        await using var journal = NodeJournal.Open(new JournalOptions { Path = Path.Combine(_folder, "infernet.db") });
        var second = new SpendingLedger(
            journal.Spending, new SpendingCaps(default, Cap, 0, 0), _wallet.Reader, new AmountNames(), _clock);
        Message message = Deposit(400_000);
        ulong takes = _wallet.Reader.Of(message, OutflowScope.Nothing).Of(default);
        bool[] permitted = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(async () =>
        {
            try
            {
                await (i % 2 == 0 ? _ledger : second).LockAsync(message, OutflowScope.Nothing, "a test", _ => { }, default);
                return true;
            }
            catch (PaymentException over) when (over.Code == PaymentCodes.SpendingCap)
            {
                return false;
            }
        })));
        Assert.That(permitted.Count(p => p), Is.EqualTo((int)(Cap / takes)));
        Assert.That(second.Today(default).Locked, Is.EqualTo(Cap / takes * takes));
    }

    [Test]
    public async Task Sums_AreKeptOverARestart()
    {
        await LockAsync(Deposit(5));
        await PromiseAsync(7);
        SpendingDay before = _ledger.Today(default);
        await ReopenAsync();
        Assert.That(_ledger.Today(default), Is.EqualTo(before));
        Assert.That((await RefusedAsync(() => PromiseAsync(6))).Code, Is.EqualTo(PaymentCodes.NotSigned));
    }

    [Test]
    public async Task NextDay_HasACapOfItsOwn_AndTheClockGoingBackBringsNoOther()
    {
        await PromiseAsync(Cap);
        _clock.Now += TimeSpan.FromDays(1);
        await PromiseAsync(2 * Cap);
        _clock.Now -= TimeSpan.FromDays(1);
        Assert.That((await RefusedAsync(() => PromiseAsync((2 * Cap) + 1))).Code, Is.EqualTo(PaymentCodes.SpendingCap));
        _clock.Now -= TimeSpan.FromDays(400);
        await ReopenAsync();
        Assert.That((await RefusedAsync(() => PromiseAsync((2 * Cap) + 1))).Code, Is.EqualTo(PaymentCodes.SpendingCap));
    }

    [Test]
    public async Task Permit_IsGoodOnce()
    {
        Message message = Deposit(5);
        SpendingPermit permit = await LockAsync(message);
        _wallet.Sign(message, OutflowScope.Nothing, permit);
        Refused(() => _wallet.Sign(message, OutflowScope.Nothing, permit));
    }

    [Test]
    public async Task Permit_ForOneMessage_IsNotGoodForAnother()
    {
        SpendingPermit permit = await LockAsync(Deposit(5));
        Refused(() => _wallet.Sign(Deposit(4), OutflowScope.Nothing, permit));
    }

    [Test]
    public async Task Permit_OfAVoucher_IsGoodForNothingElse()
    {
        SpendingPermit permit = await PromiseAsync(5);
        var signer = new GuardedVoucherSigner(Identity);
        Refused(() => signer.Sign(Voucher(6), permit));
        Refused(() => _wallet.Sign(Deposit(5), OutflowScope.Nothing, permit));
        byte[] signature = signer.Sign(Voucher(5), permit);
        Assert.That(Voucher(5).IsSignedBy(signer.Signer, signature));
        Refused(() => signer.Sign(Voucher(5), permit));
    }

    [Test]
    public async Task Wallet_WhereSomebodyElsePaysTheFee_SignsOnlyWhatTakesNothing()
    {
        var open = Message.Compile(Other, default, [ChannelInstructions.Open(Program, Channel(default), 5, 99)]);
        SpendingPermit permit = await LockAsync(open);
        Refused(() => _wallet.Sign(open, OutflowScope.Nothing, permit));
        var close = Message.Compile(
            Other, default,
            [ChannelInstructions.Close(Program, new ChannelKey(Other, _wallet.Address, default, Other, 1, 1))]);
        Transaction signed = _wallet.Sign(close, OutflowScope.Nothing, await LockAsync(close));
        Assert.That(Ed25519.Verify(
            _wallet.Address.Span, signed.MessageBytes.Span, signed.SignatureOf(_wallet.Address).Span));
    }

    [Test]
    public void Permits_OfAnybodyElse_CantBeMade()
    {
        Assert.That(
            () => new SpendingPermit(null!, [1], new Outflow()), Throws.InstanceOf<ArgumentNullException>());
        Assert.That(() => new ForgedSeal(), Throws.InstanceOf<InvalidOperationException>());
    }

    // Every path to a signature at random, with restarts, a clock that jumps both ways, and permits that are tried twice.
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task AnyHistory_SignsNoMoreThanTheCapOnAnyDay(int seed)
    {
        var random = new Random(seed);
        var signer = new GuardedVoucherSigner(Identity);
        var locked = new Dictionary<DateOnly, ulong>();
        var promised = new Dictionary<DateOnly, ulong>();
        var best = new ulong[4];
        for (int step = 0; step < 400; step++)
        {
            try
            {
                switch (random.Next(10))
                {
                    case 0:
                        _clock.Now += TimeSpan.FromHours(random.Next(-40, 60));
                        break;
                    case 1 when step % 8 == 0:
                        await ReopenAsync();
                        break;
                    case 2 or 3 or 4:
                        int channel = random.Next(4);
                        ulong cumulative = best[channel] + (ulong)random.Next(0, (int)Cap / 4);
                        SpendingPermit promise = await PromiseAsync(cumulative, channel);
                        signer.Sign(Voucher(cumulative, channel), promise);
                        Add(promised, cumulative - best[channel]);
                        best[channel] = cumulative;
                        Refused(() => signer.Sign(Voucher(cumulative, channel), promise));
                        break;
                    default:
                        Message message = Any(random);
                        SpendingPermit permit = await LockAsync(message);
                        _wallet.Sign(message, OutflowScope.Nothing, permit);
                        Add(locked, _wallet.Reader.Of(message, OutflowScope.Nothing).Of(default));
                        Refused(() => _wallet.Sign(message, OutflowScope.Nothing, permit));
                        break;
                }
            }
            catch (PaymentException over) when (over.Code == PaymentCodes.SpendingCap)
            {
                // That is what the cap is for.
            }

            Assert.That(locked.Values.Concat(promised.Values), Is.All.LessThanOrEqualTo(Cap), $"seed {seed}, step {step}");
        }

        Assert.That(locked.Values.Concat(promised.Values).Count(v => v > Cap / 2), Is.GreaterThan(2), "the cap was met");

        void Add(Dictionary<DateOnly, ulong> sums, ulong amount)
        {
            DateOnly day = _ledger.Today(default).Day;
            sums[day] = sums.GetValueOrDefault(day) + amount;
        }
    }

    private static Message Any(Random random)
    {
        ulong amount = (ulong)random.Next(1, (int)Cap / 3);
        return Compile(random.Next(6) switch
        {
            0 => ChannelInstructions.Open(Program, Channel(default), amount, 99),
            1 => ChannelInstructions.TopUp(Program, Channel(default), amount, 0),
            2 => EscrowInstructions.Authorise(
                Program, new EscrowKey(WalletKey.Address, Other, default, new byte[32]), amount, 99),
            3 => StakeInstructions.Add(Program, WalletKey.Address, default, amount, new byte[32]),
            4 => LeaseInstructions.Create(
                Program, new LeaseKey(WalletKey.Address, Other, default, 1), amount / 10, (ulong)random.Next(1, 20)),
            _ => ChannelInstructions.RequestClose(Program, Channel(default)),
        });
    }

    private void Open()
    {
        _journal = NodeJournal.Open(new JournalOptions { Path = Path.Combine(_folder, "infernet.db") });
        _ledger = new SpendingLedger(
            _journal.Spending, new SpendingCaps(default, Cap, 0, 0), _wallet.Reader, new AmountNames(), _clock);
    }

    private async Task ReopenAsync()
    {
        await _journal.DisposeAsync();
        Open();
    }

    private Task<SpendingPermit> LockAsync(Message message) =>
        _ledger.LockAsync(message, OutflowScope.Nothing, "a test", _ => { }, default);

    private Task<SpendingPermit> PromiseAsync(ulong cumulative, int channel = 0) =>
        _ledger.PromiseAsync(Voucher(cumulative, channel), default, _ => { }, default);

    private static Voucher Voucher(ulong cumulative, int channel = 0) =>
        new(SolanaKey.FromSeed([(byte)(100 + channel), .. new byte[31]]).Address, cumulative, 0);

    private static ChannelKey Channel(Address mint) => new(WalletKey.Address, Other, mint, Other, 1, 1);

    private static Message Deposit(ulong amount) =>
        Compile(ChannelInstructions.Open(Program, Channel(default), amount, 99));

    private static Message Compile(Instruction instruction) => Message.Compile(WalletKey.Address, default, [instruction]);

    private static async Task<PaymentException> RefusedAsync(Func<Task> act) =>
        (await Assert.ThrowsAsync<PaymentException>(() => act()))!;

    private static void Refused(Action act) => Assert.That(
        act, Throws.InstanceOf<PaymentException>().With.Property(nameof(PaymentException.Code)).EqualTo(PaymentCodes.NotSigned));

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch + TimeSpan.FromDays(1);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class ForgedSeal : SpendingLedger.Seal;
}
