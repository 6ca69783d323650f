using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Payments.Earning;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Daemon.Tests.Payments.Earning;

/// <summary>What this node signs for a channel's end, and that it signs nothing else.</summary>
[TestFixture]
public sealed class CloseTests
{
    private const ulong Held = 400_000;
    private EarningBench _bench = null!;
    private ChannelState _channel = null!;

    [SetUp]
    public async Task SetUp()
    {
        _bench = new EarningBench();
        _channel = _bench.OpenChannel();
        using PayerAccount account = await _bench.AccountAsync(_channel);
        await account.TakeAsync(_bench.Voucher(_channel, Held), default);
    }

    [TearDown]
    public async Task TearDown() => await _bench.DisposeAsync();

    private static IEnumerable<TestCaseData> Deviations()
    {
        yield return Other("LowerVoucher", i => i, held: Held - 1);
        yield return Other("NoSettlement", i => [i[^1]]);
        yield return Other("NoClose", i => i[..^1]);
        yield return Other("CloseTwice", i => [.. i, i[^1]]);
        yield return Other("SettleTwice", i => [i[0], i[1], i[1], i[2]]);
        yield return Other("OtherOrder", i => [i[0], i[2], i[1]]);
        yield return Other("BudgetBehind", i => [.. i, ComputeBudget.SetUnitLimit(1)]);
        yield return Other("TwoLimits", i => [ComputeBudget.SetUnitLimit(1), ComputeBudget.SetUnitLimit(2), .. i]);
        yield return Other("UnknownBudget", i => [new Instruction(WellKnown.ComputeBudgetProgram, [], new byte[] { 1, 0, 0, 0, 0 }), .. i]);
        yield return Other("Memo", i => [.. i, new Instruction(WellKnown.MemoProgram, [], new byte[] { 1 })]);
        yield return Other("OtherProgram", i => [.. i[..^1], i[^1] with { Program = SolanaKey.Generate().Address }]);
        yield return Other("OtherInstruction", i => [.. i[..^1], i[^1] with { Data = new byte[] { 5 } }]);
        yield return Other("LongerData", i => [.. i[..^1], i[^1] with { Data = new byte[] { 4, 0 } }]);

        static TestCaseData Other(string name, Func<List<Instruction>, List<Instruction>> change, ulong held = Held) =>
            new TestCaseData(change, held).SetArgDisplayNames(name);
    }

    [Test]
    public async Task Close_WithTheBestVoucher_IsSigned()
    {
        Transaction transaction = Closing(Expected(Held));
        PaymentAnswer answer = await CloseAsync(transaction);

        Assert.That(answer.Problem, Is.Empty);
        Assert.That(
            Ed25519.Verify(_bench.Wallet.Address.Span, transaction.MessageBytes.Span, answer.Signature.Span), Is.True);
    }

    [Test]
    public async Task Close_WithABudget_IsSigned() => Assert.That(
        (await CloseAsync(Closing(
            [
                ComputeBudget.SetUnitLimit(10_000), ComputeBudget.SetUnitPrice(5),
                Verify(Held), Settle(Held, at: 2), Expected(Held)[^1],
            ]))).Problem,
        Is.Empty);

    [Test]
    public async Task Close_OfWhatIsSettled_NeedsNoSettlement()
    {
        _bench.OpenChannel(change: s => s with { Settled = Held });

        Assert.That((await CloseAsync(Closing(Expected(Held)[2..]))).Problem, Is.Empty);
    }

    [Test]
    public async Task Close_WithTheLatestVoucherAlong_TakesItFirst()
    {
        PaymentAnswer answer = await CloseAsync(Closing(Expected(Held + 1)), latest: Held + 1);

        Assert.That((answer.Problem, answer.Held), Is.EqualTo(("", Held + 1)));
    }

    [TestCaseSource(nameof(Deviations))]
    public async Task Close_ThatIsAnyOther_IsNotSigned(object change, ulong held)
    {
        var apply = (Func<List<Instruction>, List<Instruction>>)change;

        await RefusedAsync(Closing(apply([.. Expected(held)])), "nothing else");
    }

    [Test]
    public async Task Close_ThatTakesFromOurWallet_IsNotSigned() => await RefusedAsync(
        Closing([.. Expected(Held), SystemProgram.Transfer(_bench.Wallet.Address, _bench.PayerWallet.Address, 1)]),
        "nothing else");

    [Test]
    public async Task Close_WhoseFeeIsOurs_IsNotSigned()
    {
        var message = Message.Compile(_bench.Wallet.Address, _bench.Genesis, Expected(Held));

        await RefusedAsync(Transaction.Sign(message, _bench.PayerWallet), "fee is paid by");
    }

    [Test]
    public async Task Close_ThatItsPayerHasNotSigned_IsNotSigned()
    {
        var message = Message.Compile(_bench.PayerWallet.Address, _bench.Genesis, Expected(Held));

        await RefusedAsync(Transaction.Sign(message), "not signed by");
    }

    [Test]
    public async Task Close_ByAnotherPeer_IsNotSigned()
    {
        _bench.Payer = NodeIdentity.Generate();

        Assert.That((await CloseAsync(Closing(Expected(Held)))).Problem, Does.Contain("identity key"));
    }

    [Test]
    public async Task Close_WhileAJobIsOpen_IsNotSigned()
    {
        using PayerAccount account = await _bench.AccountAsync(_channel);

        await RefusedAsync(Closing(Expected(Held)), "a job is open");
    }

    [Test]
    public async Task Close_ThatWasSigned_LetsNothingCountUntilItCanBeInNoBlock()
    {
        await CloseAsync(Closing(Expected(Held)));
        await _bench.RestartAsync();

        Assert.That(await _bench.RefusalAsync(_bench.Offer(_channel)), Does.Contain("being closed"));
        PaymentAnswer answer = await PayAsync(_bench.Voucher(_channel, Held + 5));
        Assert.That((answer.Held, answer.Problem), Is.EqualTo((Held, $"the channel {_bench.AddressOf(_channel.Key)} is about to be closed by both")));

        _bench.Time.Advance(TimeSpan.FromMinutes(6));
        await _bench.Earner.SettleAsync(dryRun: false, default).WaitAsync(TimeSpan.FromSeconds(30));
        (await _bench.AccountAsync(_channel)).Dispose();
        Assert.That(_bench.Kept(_channel).Held, Is.EqualTo(Held + 5), "what came meanwhile counts again");
    }

    [Test]
    public async Task Close_ThatHappened_IsWhatItSettled()
    {
        await CloseAsync(Closing(Expected(Held)));
        _bench.Chain.Clear();
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        await _bench.Earner.SettleAsync(dryRun: false, default).WaitAsync(TimeSpan.FromSeconds(30));

        Core.Api.EarningsReport report = await _bench.Earner.ReportAsync(EarningsGrouping.Day, default, default);
        Assert.That((report.Received, report.Held, report.Channels.Single().State), Is.EqualTo((340_000UL, 0UL, "closed")));
    }

    // Whatever is changed in a transaction: either it is refused, or what is signed is what this node means.
    [TestCase(1)]
    [TestCase(2)]
    public void Close_OfAnyBytes_SignsWhatItMeansOrNothing(int seed)
    {
        var random = new Random(seed);
        Transaction transaction = Closing(Expected(Held));
        byte[] good = transaction.Serialize(), meant = transaction.MessageBytes.ToArray();
        for (int i = 0; i < 1_000; i++)
        {
            byte[] bytes = [.. good];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            bytes = random.Next(10) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
            (Message? message, string problem) = CloseCheck.Read(
                bytes, _bench.Kept(_channel), _bench.Program, _bench.Config);
            Assert.That(message is null, Is.EqualTo(problem.Length > 0));
            Assert.That(
                message is null || message.Serialize().AsSpan().SequenceEqual(meant), Is.True, $"seed {seed}, round {i}");
        }
    }

    [Test]
    public async Task Payment_ForAChannelOfAnother_IsNotTaken()
    {
        Payment payment = _bench.Voucher(_channel, Held + 1);
        _bench.Payer = NodeIdentity.Generate();

        Assert.That((await PayAsync(payment)).Problem, Does.Contain("no offer of"));
        Assert.That(_bench.Kept(_channel).Held, Is.EqualTo(Held));
    }

    [Test]
    public async Task Payment_OutsideOfJobs_CountsOnce()
    {
        Payment payment = _bench.Voucher(_channel, Held + 1);

        Assert.That((await PayAsync(payment)).Held, Is.EqualTo(Held + 1));
        PaymentAnswer again = await PayAsync(payment);
        Assert.That((again.Held, again.Problem), Is.EqualTo((Held + 1, "")));
        Assert.That((await PayAsync(_bench.Voucher(_channel, 1))).Problem, Does.Contain("amounts only grow"));
    }

    [Test]
    public async Task Message_WithoutABody_IsAnswered()
    {
        PaymentAnswer answer = await _bench.Earner.Desk.AnswerAsync(new PayMessage(), _bench.Payer.Id, default);

        Assert.That(answer.Problem, Does.Contain("neither"));
    }

    private Task<PaymentAnswer> PayAsync(Payment payment) =>
        _bench.Earner.Desk.AnswerAsync(new PayMessage { Payment = payment }, _bench.Payer.Id, default);

    private Task<PaymentAnswer> CloseAsync(Transaction transaction, ulong? latest = null) =>
        _bench.Earner.Desk.AnswerAsync(
            new PayMessage
            {
                Close = new CloseChannel
                {
                    Channel = _bench.Reference(_channel),
                    Transaction = ByteString.CopyFrom(transaction.Serialize()),
                    Latest = latest is { } amount ? _bench.Voucher(_channel, amount) : null,
                },
            },
            _bench.Payer.Id, default);

    private async Task RefusedAsync(Transaction transaction, string reason)
    {
        PaymentAnswer answer = await CloseAsync(transaction);
        Assert.That(answer.Problem, Does.Contain(reason));
        Assert.That(answer.Signature, Is.Empty);
        Assert.That(_bench.CoSigned, Is.Empty);
        Assert.That(_bench.Kept(_channel).CloseSignedAt, Is.Null);
    }

    private Transaction Closing(IReadOnlyList<Instruction> instructions) => Transaction.Sign(
        Message.Compile(_bench.PayerWallet.Address, _bench.Genesis, instructions), _bench.PayerWallet);

    private Instruction[] Expected(ulong held) =>
        [Verify(held), Settle(held, at: 0), ChannelInstructions.Close(_bench.Program, _channel.Key)];

    private Instruction Verify(ulong held) => Ed25519Program.Verify(
        Voucher(held).Encode(),
        new Ed25519Signature(_channel.Key.Signer, _bench.Payer.Sign(Voucher(held).Encode())));

    private Instruction Settle(ulong held, byte at) =>
        ChannelInstructions.Settle(_bench.Program, _channel.Key, Voucher(held), _bench.Config, at);

    private Voucher Voucher(ulong held) => new(_bench.AddressOf(_channel.Key), held, 0);
}
