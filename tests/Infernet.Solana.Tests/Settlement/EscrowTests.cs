using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;
using Infernet.Solana.Tests.Chain;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Tests.Settlement;

/// <summary>Escrow of one job: authorised, released by the committee, or refunded.</summary>
[TestFixture(false)]
[TestFixture(true)]
public class EscrowTests(bool tokens)
{
    private const ulong Amount = 100_000;
    private const long Term = 1000;

    private readonly byte[] _evidence = [.. Enumerable.Repeat((byte)5, 32)];
    private SettlementChain _chain = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _chain = await SettlementChain.StartAsync(tokens);

    [OneTimeTearDown]
    public async Task StopAsync() => await _chain.DisposeAsync();

    [Test]
    public async Task Release_ByEnough_PaysTheDividedAmountAndReturnsTheRest()
    {
        Escrow escrow = await AuthorisedAsync();
        ulong payee = await _chain.BalanceAsync(escrow.Payee.Address), payer = await _chain.BalanceAsync(escrow.Payer.Address);
        ulong treasury = await _chain.BalanceAsync(_chain.Config.Treasury);
        ulong rent = await _chain.Rpc.GetRentFloorAsync(EscrowState.Length, default);
        await _chain.AdvanceAsync(1);
        (await ReleaseAsync(escrow, await AttestAsync(escrow, 40_000), 0, 2)).IsDone();
        Assert.That(await _chain.BalanceAsync(escrow.Payee.Address) - payee, Is.EqualTo(34_000));
        Assert.That(await _chain.BalanceAsync(_chain.Config.Treasury) - treasury, Is.EqualTo(3_200));
        Assert.That(await _chain.BalanceAsync(escrow.Payer.Address) - payer, Is.EqualTo(60_000 + (tokens ? 0 : rent)));
        Assert.That(await _chain.Rpc.GetAccountAsync(escrow.Address, default), Is.Null);
    }

    [Test]
    public async Task Release_InTheSlotOfOpening_IsRefused()
    {
        Escrow escrow = await AuthorisedAsync();
        (await ReleaseAsync(escrow, await AttestAsync(escrow, 5), 0, 1)).IsRefused(SettlementError.Time);
    }

    // Jobs that an escrow pays are paid by vouchers with its address; the committee alone brings them to the chain.
    [Test]
    public async Task Settle_AVoucherOfAnEscrow_IsRefused()
    {
        Escrow escrow = await AuthorisedAsync();
        await _chain.AdvanceAsync(1);
        foreach (SolanaKey signer in (SolanaKey[])[escrow.Payer, escrow.Payee, _chain.Committee[0]])
        {
            var voucher = new Voucher(escrow.Address, 5, 0);
            var key = new ChannelKey(escrow.Payer.Address, escrow.Payee.Address, _chain.Mint, signer.Address, 0, 0);
            (await _chain.RunAsync(
                [
                    Ed25519Program.Verify(voucher.Encode(), new Ed25519Signature(signer.Address, voucher.Sign(signer))),
                    ChannelInstructions.Settle(_chain.Program, key, voucher, _chain.Config, 0),
                ],
                escrow.Payer)).IsRefused(SettlementError.State);
        }
    }

    [Test]
    public async Task Release_Expired_IsRefused()
    {
        Escrow escrow = await AuthorisedAsync();
        Attestation attestation = await AttestAsync(escrow, 5);
        await _chain.AdvanceAsync(Term);
        (await ReleaseAsync(escrow, attestation, 0, 1)).IsRefused(SettlementError.Time);
    }

    [TestCase(0UL)]
    [TestCase(Amount + 1)]
    public async Task Release_NothingOrMoreThanThereIs_IsRefused(ulong amount)
    {
        Escrow escrow = await AuthorisedAsync();
        await _chain.AdvanceAsync(1);
        (await ReleaseAsync(escrow, await AttestAsync(escrow, amount), 0, 1)).IsRefused(SettlementError.Amount);
    }

    [Test]
    public async Task Release_ByTooFew_IsRefused()
    {
        Escrow escrow = await AuthorisedAsync();
        await _chain.AdvanceAsync(1);
        (await ReleaseAsync(escrow, await AttestAsync(escrow, 5), 1)).IsRefused(SettlementError.Threshold);
    }

    [Test]
    public async Task Release_OfAnEarlierEscrowOfTheJob_IsRefused()
    {
        Escrow escrow = await AuthorisedAsync();
        Attestation old = await AttestAsync(escrow, 5);
        await _chain.AdvanceAsync(Term);
        (await RefundAsync(escrow)).IsDone();
        (await AuthoriseAsync(escrow, Amount, _chain.Now + Term)).IsDone();
        await _chain.AdvanceAsync(1);
        (await ReleaseAsync(escrow, old, 0, 1)).IsRefused(SettlementError.Voucher);
    }

    [TestCase(1)]
    [TestCase(6)]
    public async Task Release_ToSomebodyElse_IsRefused(int account)
    {
        Escrow escrow = await AuthorisedAsync();
        SolanaKey thief = await _chain.NewPersonAsync();
        await _chain.AdvanceAsync(1);
        Attestation attestation = await AttestAsync(escrow, 5000);
        bool pocket = tokens && account == 1;
        (await _chain.RunAsync(
            [
                SettlementChain.Attest(attestation, _chain.Committee[0], _chain.Committee[1]),
                EscrowInstructions.Release(_chain.Program, escrow.Key, attestation, _chain.Config, 0)
                    .Replace(account, pocket ? AssociatedToken.Find(thief.Address, _chain.Mint) : thief.Address),
            ],
            thief)).IsRefused(pocket ? SettlementError.TokenAccount : SettlementError.Address);
    }

    [Test]
    public async Task Release_ChannelAsEscrow_IsRefused()
    {
        Escrow escrow = await AuthorisedAsync();
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        await _chain.AdvanceAsync(1);
        Attestation attestation = await AttestAsync(escrow, 5000);
        Instruction release = EscrowInstructions.Release(_chain.Program, escrow.Key, attestation, _chain.Config, 0);
        Instruction signed = SettlementChain.Attest(attestation, _chain.Committee[0], _chain.Committee[1]);
        (await _chain.RunAsync([signed, release.Replace(0, channel.Address)], escrow.Payee))
            .IsRefused(SettlementError.State);
        (await _chain.RunAsync([signed, release.Replace(4, channel.Address)], escrow.Payee))
            .IsRefused(SettlementError.State);
    }

    [Test]
    public async Task Refund_Expired_GivesAllBackWhoeverSendsIt()
    {
        Escrow escrow = await AuthorisedAsync();
        ulong payer = await _chain.BalanceAsync(escrow.Payer.Address), held = await _chain.LamportsAsync(escrow.Address);
        await _chain.AdvanceAsync(Term - 1);
        (await RefundAsync(escrow)).IsRefused(SettlementError.Time);
        await _chain.AdvanceAsync(1);
        (await RefundAsync(escrow)).IsDone();
        Assert.That(await _chain.BalanceAsync(escrow.Payer.Address) - payer, Is.EqualTo(tokens ? Amount : held));
    }

    [Test]
    public async Task Refund_ToSomebodyElse_IsRefused()
    {
        Escrow escrow = await AuthorisedAsync();
        await _chain.AdvanceAsync(Term);
        SolanaKey thief = await _chain.NewPersonAsync();
        (await _chain.RunAsync([EscrowInstructions.Refund(_chain.Program, escrow.Key).Replace(1, thief.Address)], thief))
            .IsRefused(SettlementError.Address);
    }

    [Test]
    public async Task Authorise_JobThatHasOne_IsRefused()
    {
        Escrow escrow = await AuthorisedAsync();
        (await AuthoriseAsync(escrow, Amount, _chain.Now + Term)).IsRefused(SettlementError.Exists);
    }

    [Test]
    public async Task Authorise_Nothing_IsRefused() =>
        (await AuthoriseAsync(await PrepareAsync(), 0, _chain.Now + Term)).IsRefused(SettlementError.Amount);

    [TestCase(0)]
    [TestCase(365L * 24 * 3600 + 1)]
    public async Task Authorise_ExpiryPastOrTooFar_IsRefused(long term) =>
        (await AuthoriseAsync(await PrepareAsync(), Amount, _chain.Now + term)).IsRefused(SettlementError.Time);

    [Test]
    public async Task Authorise_PayerDoesNotSign_IsRefused()
    {
        Escrow escrow = await PrepareAsync();
        (await _chain.RunAsync(
            [EscrowInstructions.Authorise(_chain.Program, escrow.Key, Amount, _chain.Now + Term).Unsigned(0)], escrow.Payee))
            .IsRefused(SettlementError.Signer);
    }

    [Test]
    public async Task Authorise_OtherAccountAsConfiguration_IsRefused()
    {
        Escrow escrow = await PrepareAsync();
        (await _chain.RunAsync(
            [EscrowInstructions.Authorise(_chain.Program, escrow.Key, Amount, _chain.Now + Term).Replace(3, escrow.Payee.Address)],
            escrow.Payer)).IsRefused(SettlementError.State);
    }

    private async Task<Escrow> PrepareAsync()
    {
        SolanaKey payer = await _chain.NewPersonAsync(), payee = await _chain.NewPersonAsync();
        var key = new EscrowKey(payer.Address, payee.Address, _chain.Mint, _chain.NewHash());
        return new Escrow(payer, payee, key, key.Derive(_chain.Program).Address);
    }

    private Task<Outcome> AuthoriseAsync(Escrow escrow, ulong amount, long expiry) => _chain.RunAsync(
        [
            .. _chain.VaultFor(escrow.Payer.Address, escrow.Address),
            EscrowInstructions.Authorise(_chain.Program, escrow.Key, amount, expiry),
        ],
        escrow.Payer);

    private async Task<Escrow> AuthorisedAsync()
    {
        Escrow escrow = await PrepareAsync();
        (await AuthoriseAsync(escrow, Amount, _chain.Now + Term)).IsDone();
        return escrow;
    }

    private async Task<Attestation> AttestAsync(Escrow escrow, ulong amount)
    {
        ReadOnlyMemory<byte> data = (await _chain.Rpc.GetAccountAsync(escrow.Address, default))!.Data;
        Assert.That(EscrowState.TryRead(data.Span, out EscrowState state));
        return new Attestation(
            _chain.Program, escrow.Address, _evidence, AttestationAction.Release, amount, state.OpenedSlot, 0);
    }

    private Task<Outcome> ReleaseAsync(Escrow escrow, Attestation attestation, params int[] members) => _chain.RunAsync(
        [
            SettlementChain.Attest(attestation, members.Select(m => _chain.Committee[m])),
            EscrowInstructions.Release(_chain.Program, escrow.Key, attestation, _chain.Config, 0),
        ],
        _chain.Ledger.Authority);

    private Task<Outcome> RefundAsync(Escrow escrow) =>
        _chain.RunAsync([EscrowInstructions.Refund(_chain.Program, escrow.Key)], _chain.Ledger.Authority);

    private sealed record Escrow(SolanaKey Payer, SolanaKey Payee, EscrowKey Key, Address Address);
}
