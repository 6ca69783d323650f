using System.Security.Cryptography;
using Google.Protobuf;
using Infernet.Core.Api;
using Infernet.Core.Schemas;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Spending;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Daemon.Tests.Payments.Contracts;

[TestFixture(false)]
[TestFixture(true)]
public sealed class EscrowDeskTests(bool tokens) : PaymentFixture(tokens)
{
    private const ulong Amount = 100_000_000;
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    private SolanaKey _payee = null!;

    [SetUp]
    public async Task FindPayee() => _payee = await _chain.NewPersonAsync();

    [Test]
    public async Task Escrow_ReleasedByTheCommittee_PaysThePayee()
    {
        EscrowView open = (await _bench.Escrows.AuthoriseAsync(
            _payee.Address.ToString(), new byte[16], Amount, Life, dryRun: false, default)).After!;
        Assert.That((open.Role, open.State, open.Amount), Is.EqualTo(("payer", "open", Amount)));
        await _chain.AdvanceAsync(1);
        ulong before = await _chain.BalanceAsync(_payee.Address);
        AttestationSubject subject = await _bench.Slashes.SubjectAsync("release", open.Address, default);
        AttestationView[] attested = [Attest(subject, Amount / 2, 0), Attest(subject, Amount / 2, 1)];
        EscrowChange released = await _bench.Escrows.ReleaseAsync(attested, dryRun: false, default);
        Assert.That((released.Before!.State, released.After!.State), Is.EqualTo(("open", "closed")));
        Assert.That(await _chain.BalanceAsync(_payee.Address), Is.EqualTo(before + (Amount / 2 * 85 / 100)));
        Assert.That((await _bench.Escrows.ListAsync(default)).Single().State, Is.EqualTo("closed"));
    }

    // The payee would wait until the expiry, and then everything would go back.
    [Test]
    public async Task Escrow_WhosePayerGaveItsTokenAccountAway_IsReleasedAllTheSame()
    {
        if (!_tokens)
        {
            return;
        }

        SolanaKey payer = await _chain.NewPersonAsync();
        AttestationView[] attested = await OpenForAsync(_payee.Address, payer, Amount / 2, _chain.Committee[0], _chain.Committee[1]);
        Address given = AssociatedToken.Find(payer.Address, _chain.Mint);
        (await _chain.RunAsync(
            [
                new Instruction(
                    WellKnown.TokenProgram, [AccountMeta.Writable(given), AccountMeta.Signer(payer.Address)],
                    new byte[] { 6, 2, 1 }.Concat(_chain.NewHash()).ToArray()),
            ],
            payer)).IsDone();
        ulong before = await _chain.BalanceAsync(_payee.Address), lamports = await _chain.LamportsAsync(_bench.Wallet.Address);
        EscrowChange asked = await _bench.Escrows.ReleaseAsync(attested, dryRun: true, default);
        Assert.That(await _chain.LamportsAsync(_bench.Wallet.Address), Is.EqualTo(lamports));
        EscrowChange released = await _bench.Escrows.ReleaseAsync(attested, dryRun: false, default);
        Assert.That(released.After!.State, Is.EqualTo("closed"));
        Assert.That(await _chain.BalanceAsync(_payee.Address), Is.EqualTo(before + (Amount / 2 * 85 / 100)));
        ulong cost = lamports - await _chain.LamportsAsync(_bench.Wallet.Address);
        Assert.That(asked.Spend.Parts.Single(p => p.Asset.Mint is null).Amount, Is.GreaterThanOrEqualTo(cost));
        Assert.That(cost, Is.GreaterThan(TransactionOutflow.Rent(TokenProgram.AccountLength)));
    }

    [Test]
    public async Task Escrow_NamedByHowItsAddressBegins_IsFound_AndNoOther()
    {
        EscrowView open = (await AuthoriseAsync(_chain.NewHash(), Amount)).After!;
        await _chain.AdvanceAsync(3_601);
        foreach (string wrong in (string[])["", open.Address[..3], "????", open.Address[..6] + "?"])
        {
            ApiException invalid = (await Assert.ThrowsAsync<ApiException>(
                () => _bench.Escrows.RefundAsync(wrong, dryRun: false, default)))!;
            Assert.That(invalid.Error.Message, Does.Contain("infernet escrow list"));
        }

        EscrowChange back = await _bench.Escrows.RefundAsync(open.Address[..6], dryRun: false, default);
        Assert.That((back.After!.Address, back.After.State), Is.EqualTo((open.Address, "closed")));
    }

    [Test]
    public async Task Escrow_AfterItsExpiry_GoesBack()
    {
        EscrowView open = (await _bench.Escrows.AuthoriseAsync(
            _payee.Address.ToString(), new byte[32], Amount, Life, dryRun: false, default)).After!;
        PaymentException early = await FailsAsync(() => _bench.Escrows.RefundAsync(open.Address, false, default));
        Assert.That(early.Message, Does.Contain($"{open.Expiry:u}"));
        await _chain.AdvanceAsync(3_601);
        Assert.That((await _bench.Escrows.ListAsync(default)).Single().State, Is.EqualTo("expired"));
        ulong before = await _chain.BalanceAsync(_bench.Wallet.Address);
        EscrowChange back = await _bench.Escrows.RefundAsync(open.Address, dryRun: false, default);
        Assert.That(back.After!.State, Is.EqualTo("closed"));
        Assert.That(await _chain.BalanceAsync(_bench.Wallet.Address), Is.GreaterThanOrEqualTo(before + Amount));
    }

    [Test]
    public async Task Escrow_OpenedAgainAfterItsEnd_IsRefused_AndNotSaidToBeThere()
    {
        byte[] job = _chain.NewHash();
        EscrowView first = (await AuthoriseAsync(job, Amount)).After!;
        await _chain.AdvanceAsync(3_601);
        await _bench.Escrows.RefundAsync(first.Address, dryRun: false, default);
        ulong before = await _chain.BalanceAsync(_bench.Wallet.Address);
        PaymentException refused = await FailsAsync(() => AuthoriseAsync(job, 2 * Amount));
        Assert.That(refused.Code, Is.EqualTo(PaymentCodes.Refused));
        Assert.That(refused.Message, Does.Contain("opened before").And.Contain(first.Address));
        Assert.That(await _chain.BalanceAsync(_bench.Wallet.Address), Is.EqualTo(before));
        EscrowView listed = (await _bench.Escrows.ListAsync(default)).Single();
        Assert.That((listed.State, listed.Amount), Is.EqualTo(("closed", Amount)));
    }

    // Anybody may hand a release in, so the escrow need not be this node's.
    [Test]
    public async Task Escrow_ThatItsPayerOpensTwice_IsReleasedTwice()
    {
        SolanaKey payer = await _chain.NewPersonAsync();
        var key = new EscrowKey(payer.Address, _payee.Address, _chain.Mint, _chain.NewHash());
        string address = key.Derive(_chain.Program).Address.ToString();
        for (int i = 0; i < 2; i++)
        {
            (await _chain.RunAsync(
                [
                    .. _chain.VaultFor(payer.Address, key.Derive(_chain.Program).Address),
                    EscrowInstructions.Authorise(_chain.Program, key, Amount, _chain.Now + 3_600),
                ],
                payer)).IsDone();
            await _chain.AdvanceAsync(1);
            ulong before = await _chain.BalanceAsync(_payee.Address);
            AttestationSubject subject = await _bench.Slashes.SubjectAsync("release", address, default);
            AttestationView[] attested = [Attest(subject, Amount, 0), Attest(subject, Amount, 1)];
            EscrowChange released = await _bench.Escrows.ReleaseAsync(attested, dryRun: false, default);
            Assert.That(released.After!.State, Is.EqualTo("closed"));
            Assert.That(await _chain.BalanceAsync(_payee.Address), Is.EqualTo(before + (Amount * 85 / 100)));
        }
    }

    // The most that the program allows, and that a transaction has room for; the payee has no token account yet.
    [Test]
    public async Task Escrow_OfTheLargestCommittee_IsReleasedByAnybody()
    {
        byte threshold = (byte)(_tokens ? SettlementConfig.MaxTokenThreshold : SettlementConfig.MaxThreshold);
        await UnderAsync(threshold, async members =>
        {
            SolanaKey payee = _chain.NewKey();
            AttestationView[] attested = await OpenForAsync(payee.Address, members);
            EscrowChange asked = await _bench.Escrows.ReleaseAsync(attested, dryRun: true, default);
            ulong before = await _chain.LamportsAsync(_bench.Wallet.Address);
            EscrowChange released = await _bench.Escrows.ReleaseAsync(attested, dryRun: false, default);
            Assert.That(released.After!.State, Is.EqualTo("closed"));
            Assert.That(await _chain.BalanceAsync(payee.Address), Is.EqualTo(Amount * 85 / 100));
            ulong cost = before - await _chain.LamportsAsync(_bench.Wallet.Address);
            Assert.That(asked.Spend.Parts.Single(p => p.Asset.Mint is null).Amount, Is.GreaterThanOrEqualTo(cost));
        });
    }

    [Test]
    public Task Escrow_UnderMoreSignaturesThanFit_IsNotOpenedInTokens_AndSaysSo() =>
        UnderAsync(SettlementConfig.MaxThreshold, async members =>
        {
            if (!_tokens)
            {
                Assert.That((await AuthoriseAsync(_chain.NewHash(), Amount)).After!.State, Is.EqualTo("open"));
                return;
            }

            ulong before = await _chain.BalanceAsync(_bench.Wallet.Address);
            PaymentException never = await FailsAsync(() => AuthoriseAsync(_chain.NewHash(), Amount));
            Assert.That(never.Code, Is.EqualTo(PaymentCodes.Refused));
            Assert.That(never.Message, Does.Contain("5 of the committee").And.Contain("4 signatures"));
            Assert.That(await _chain.BalanceAsync(_bench.Wallet.Address), Is.EqualTo(before));

            // Somebody else's client may have opened one.
            AttestationView[] attested = await OpenForAsync(_payee.Address, members);
            PaymentException large = await FailsAsync(() => _bench.Escrows.ReleaseAsync(attested, dryRun: false, default));
            Assert.That(large.Message, Does.Contain("1308 bytes").And.Contain("1232"));
        });

    // Whoever likes may put something of a mint of his own aside for this wallet.
    [Test]
    public async Task List_WithAMintWhoseAmountsNobodyCanTell_ShowsTheRest()
    {
        var key = new EscrowKey(
            _chain.NewKey().Address, _bench.Wallet.Address, _chain.NewKey().Address, _chain.NewHash());
        Address planted = key.Derive(_chain.Program).Address;
        await _chain.Ledger.SetAccountAsync(planted, _chain.Program, 10_000_000, AccountOf(key, decimals: 200));
        EscrowView mine = (await AuthoriseAsync(new byte[16], Amount)).After!;
        Assert.That((await _bench.Escrows.ListAsync(default)).Select(e => e.Address), Is.EqualTo([mine.Address]));
        PaymentException refused = await FailsAsync(() => _bench.Escrows.RefundAsync($"{planted}", false, default));
        Assert.That(refused.Code, Is.EqualTo(PaymentCodes.WrongMint));
        Assert.That(refused.Message, Does.Contain("200 decimals"));
    }

    [Test]
    public async Task Intent_OpensOneEscrowOnly()
    {
        PaymentIntent intent = Intent();
        EscrowView first = (await OpenAsync(intent)).After!;
        Assert.That((first.Amount, first.Job), Is.EqualTo(
            (Amount, Convert.ToHexStringLower([.. intent.Id.Span, .. intent.JobId.Span]))));
        ulong before = await _chain.BalanceAsync(_bench.Wallet.Address);
        await FailsAsync(() => OpenAsync(intent));
        Assert.That(await _chain.BalanceAsync(_bench.Wallet.Address), Is.EqualTo(before));
        Assert.That(await _bench.Escrows.ListAsync(default), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Intent_InAnotherAsset_OrExpired_OrMisshapen_OpensNone()
    {
        PaymentIntent other = Intent(), late = Intent(), short_ = Intent();
        other.Mint = ByteString.CopyFrom(_chain.NewKey().Address.Span);
        late.ExpiresUnixMs = _bench.Time.GetUtcNow().ToUnixTimeMilliseconds();
        short_.Id = ByteString.CopyFrom(1, 2, 3);
        Assert.That((await FailsAsync(() => OpenAsync(other))).Code, Is.EqualTo(PaymentCodes.WrongMint));
        Assert.That((await FailsAsync(() => OpenAsync(late))).Code, Is.EqualTo(PaymentCodes.NotSigned));
        await Assert.ThrowsAsync<ApiException>(() => OpenAsync(short_));
        Assert.That(_bench.Locked, Is.Zero);
    }

    [Test]
    public async Task Escrow_ByAClockThatIsDaysAhead_IsRefused()
    {
        _bench.Time.Offset = TimeSpan.FromDays(300);
        PaymentException clock = await FailsAsync(() => AuthoriseAsync(_chain.NewHash(), Amount));
        Assert.That(clock.Code, Is.EqualTo(PaymentCodes.Clock));
        Assert.That(clock.Message, Does.Contain("clock"));
        Assert.That(_bench.Locked, Is.Zero);
    }

    [Test]
    public async Task Escrow_ThatMakesNoSense_IsRefused()
    {
        foreach ((int job, ulong amount, TimeSpan life) in
            ((int, ulong, TimeSpan)[])
            [(15, 1, Life), (32, 0, Life), (32, 1, TimeSpan.Zero), (32, 1, TimeSpan.FromDays(366))])
        {
            ApiException invalid = (await Assert.ThrowsAsync<ApiException>(() => _bench.Escrows.AuthoriseAsync(
                _payee.Address.ToString(), new byte[job], amount, life, dryRun: false, default)))!;
            Assert.That(invalid.Error.Code, Is.EqualTo("invalid"));
        }
    }

    private async Task UnderAsync(byte threshold, Func<SolanaKey[], Task> act)
    {
        SettlementConfig usual = _chain.Config;
        SolanaKey[] members = [.. Enumerable.Range(0, SettlementConfig.MaxCommittee).Select(_ => _chain.NewKey())];
        await _chain.ConfigureAsync(usual with
        {
            Threshold = threshold, Committee = [.. members.Select(m => m.Address)],
        });
        try
        {
            await act(members);
        }
        finally
        {
            await _chain.ConfigureAsync(usual);
        }
    }

    // Paid by somebody else; attested by all.
    private async Task<AttestationView[]> OpenForAsync(Address payee, SolanaKey[] members) =>
        await OpenForAsync(payee, await _chain.NewPersonAsync(), Amount, members);

    private async Task<AttestationView[]> OpenForAsync(
        Address payee, SolanaKey payer, ulong attested, params SolanaKey[] members)
    {
        var key = new EscrowKey(payer.Address, payee, _chain.Mint, _chain.NewHash());
        Address address = key.Derive(_chain.Program).Address;
        (await _chain.RunAsync(
            [
                .. _chain.VaultFor(payer.Address, address),
                EscrowInstructions.Authorise(_chain.Program, key, Amount, _chain.Now + 3_600),
            ],
            payer)).IsDone();
        await _chain.AdvanceAsync(1);
        AttestationSubject subject = await _bench.Slashes.SubjectAsync("release", $"{address}", default);
        return [.. members.Select(m => Attest(subject, attested, m))];
    }

    private Task<EscrowChange> AuthoriseAsync(byte[] job, ulong amount) =>
        _bench.Escrows.AuthoriseAsync(_payee.Address.ToString(), job, amount, Life, dryRun: false, default);

    // programs/settlement/src/state.h
    private static byte[] AccountOf(EscrowKey key, byte decimals) =>
    [
        3, 0, 0, 0, 0, 0, 0, 0, .. key.Payer.Span, .. key.Payee.Span, .. key.Mint.Span, .. new byte[32], .. key.Job.Span,
        .. BitConverter.GetBytes(Amount), .. BitConverter.GetBytes(1ul), .. BitConverter.GetBytes(0L),
        0, 0, 0, 0, 0, 0, decimals, key.Derive(default).Bump,
    ];

    private Task<EscrowChange> OpenAsync(PaymentIntent intent) =>
        _bench.Escrows.FromIntentAsync(intent, _payee.Address.ToString(), Life, dryRun: false, default);

    private PaymentIntent Intent() => new()
    {
        Id = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16)),
        JobId = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16)),
        Ceiling = Amount,
        Mint = _tokens ? ByteString.CopyFrom(_chain.Mint.Span) : ByteString.Empty,
        ExpiresUnixMs = _bench.Time.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds(),
    };

    private AttestationView Attest(AttestationSubject subject, ulong amount, int member) =>
        Attest(subject, amount, _chain.Committee[member]);

    private static AttestationView Attest(AttestationSubject subject, ulong amount, SolanaKey key)
    {
        byte[] evidence = new byte[32];
        var attestation = new Attestation(
            Address.Parse(subject.Program), Address.Parse(subject.Subject), evidence, AttestationAction.Release, amount,
            subject.Slot, subject.Sequence);
        return new AttestationView
        {
            Action = "release", Program = subject.Program, Subject = subject.Subject,
            Evidence = Convert.ToHexStringLower(evidence), Amount = amount, Slot = subject.Slot, Sequence = subject.Sequence,
            Signer = key.Address.ToString(), Signature = Convert.ToHexStringLower(key.Sign(attestation.Encode())),
        };
    }

    private static async Task<PaymentException> FailsAsync(Func<Task> act) =>
        (await Assert.ThrowsAsync<PaymentException>(() => act()))!;
}
