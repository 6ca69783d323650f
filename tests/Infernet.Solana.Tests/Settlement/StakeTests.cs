using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;
using Infernet.Solana.Tests.Chain;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Tests.Settlement;

/// <summary>Registration, cool-down and slashing; the tiers begin at 1,000, 2,000, 3,000 and 4,000.</summary>
[TestFixture(false)]
[TestFixture(true)]
public class StakeTests(bool tokens)
{
    private readonly byte[] _peer = [.. Enumerable.Repeat((byte)9, 32)];
    private readonly byte[] _evidence = [.. Enumerable.Repeat((byte)7, 32)];
    private SettlementChain _chain = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _chain = await SettlementChain.StartAsync(tokens);

    [OneTimeTearDown]
    public async Task StopAsync() => await _chain.DisposeAsync();

    [TestCase(1000UL, 1UL)]
    [TestCase(1999UL, 1UL)]
    [TestCase(2000UL, 2UL)]
    [TestCase(3999UL, 3UL)]
    [TestCase(4000UL, 4UL)]
    public async Task Add_Stake_GivesItsTier(ulong amount, ulong tier)
    {
        SolanaKey owner = await RegisteredAsync(amount);
        NodeState node = await NodeAsync(owner);
        Assert.That((node.Owner, node.Staked, node.Tier), Is.EqualTo((owner.Address, amount, tier)));
        Assert.That(node.Peer.ToArray(), Is.EqualTo(_peer));
    }

    [Test]
    public async Task Add_More_AddsUp()
    {
        SolanaKey owner = await RegisteredAsync(1500);
        (await AddAsync(owner, 500)).IsDone();
        Assert.That(((await NodeAsync(owner)).Staked, (await NodeAsync(owner)).Tier), Is.EqualTo((2000UL, 2UL)));
    }

    [Test]
    public async Task Add_BelowTheLowestTier_IsRefused() =>
        (await AddAsync(await _chain.NewPersonAsync(), 999)).IsRefused(SettlementError.Amount);

    [Test]
    public async Task Add_Nothing_IsRefused() =>
        (await AddAsync(await RegisteredAsync(1000), 0)).IsRefused(SettlementError.Amount);

    [Test]
    public async Task Add_ToSomebodyElsesNode_IsRefused()
    {
        SolanaKey owner = await RegisteredAsync(1000), other = await _chain.NewPersonAsync();
        Instruction add = Add(owner, 1000).Replace(0, other.Address);
        (await _chain.RunAsync([tokens ? add.Replace(4, AssociatedToken.Find(other.Address, _chain.Mint)) : add], other))
            .IsRefused(SettlementError.Signer);
    }

    [Test]
    public async Task Add_OwnerDoesNotSign_IsRefused()
    {
        SolanaKey owner = await RegisteredAsync(1000), other = await _chain.NewPersonAsync();
        (await _chain.RunAsync([Add(owner, 1000).Unsigned(0)], other)).IsRefused(SettlementError.Signer);
    }

    [Test]
    public async Task Unstake_ThenCooldown_GivesItBackAndNoSooner()
    {
        SolanaKey owner = await RegisteredAsync(3000);
        (await UnstakeAsync(owner, 1000)).IsDone();
        NodeState node = await NodeAsync(owner);
        Assert.That(
            (node.Staked, node.Pending, node.Tier, node.UnlockAt),
            Is.EqualTo((2000UL, 1000UL, 2UL, _chain.Now + 7200)));
        await _chain.AdvanceAsync(7199);
        (await WithdrawAsync(owner)).IsRefused(SettlementError.Time);
        await _chain.AdvanceAsync(1);
        ulong before = await _chain.BalanceAsync(owner.Address);
        (await WithdrawAsync(owner)).IsDone();
        Assert.That(await _chain.BalanceAsync(owner.Address) - before + (tokens ? 0UL : 5000), Is.EqualTo(1000));
        Assert.That((await NodeAsync(owner)).Pending, Is.Zero);
    }

    [Test]
    public async Task Unstake_More_BeginsTheCooldownAnew()
    {
        SolanaKey owner = await RegisteredAsync(3000);
        (await UnstakeAsync(owner, 1000)).IsDone();
        await _chain.AdvanceAsync(7000);
        (await UnstakeAsync(owner, 500)).IsDone();
        await _chain.AdvanceAsync(7199);
        (await WithdrawAsync(owner)).IsRefused(SettlementError.Time);
    }

    [TestCase(0UL)]
    [TestCase(1001UL)]
    public async Task Unstake_NothingOrMoreThanThereIs_IsRefused(ulong amount) =>
        (await UnstakeAsync(await RegisteredAsync(1000), amount)).IsRefused(SettlementError.Amount);

    [Test]
    public async Task Unstake_BySomebodyElse_IsRefused()
    {
        SolanaKey owner = await RegisteredAsync(1000), thief = await _chain.NewPersonAsync();
        Instruction unstake = StakeInstructions.Unstake(_chain.Program, owner.Address, 10);
        (await _chain.RunAsync([unstake.Replace(0, thief.Address)], thief)).IsRefused(SettlementError.Signer);
        (await _chain.RunAsync([unstake.Unsigned(0)], thief)).IsRefused(SettlementError.Signer);
    }

    [Test]
    public async Task Withdraw_Everything_EndsTheRegistration()
    {
        SolanaKey owner = await RegisteredAsync(1000);
        (await UnstakeAsync(owner, 1000)).IsDone();
        await _chain.AdvanceAsync(7200);
        (await WithdrawAsync(owner)).IsDone();
        Assert.That(await _chain.Rpc.GetAccountAsync(Node(owner), default), Is.Null);
    }

    [Test]
    public async Task Withdraw_NothingPending_IsRefused() =>
        (await WithdrawAsync(await RegisteredAsync(1000))).IsRefused(SettlementError.Amount);

    [Test]
    public async Task Withdraw_BySomebodyElse_IsRefused()
    {
        SolanaKey owner = await RegisteredAsync(1000), thief = await _chain.NewPersonAsync();
        (await UnstakeAsync(owner, 1000)).IsDone();
        await _chain.AdvanceAsync(7200);
        Instruction withdraw = StakeInstructions.Withdraw(_chain.Program, owner.Address, _chain.Mint);
        (await _chain.RunAsync([withdraw.Replace(1, thief.Address)], thief)).IsRefused(SettlementError.Signer);
        (await _chain.RunAsync([withdraw.Unsigned(1)], thief)).IsRefused(SettlementError.Signer);
    }

    [Test]
    public async Task Withdraw_InTheSlotOfRegistration_DoesNotEndIt()
    {
        SolanaKey owner = await RegisteredAsync(1000);
        (await UnstakeAsync(owner, 1000)).IsDone();
        await _chain.AdvanceAsync(7200, slots: 0);
        (await WithdrawAsync(owner)).IsRefused(SettlementError.Time);
    }

    [Test]
    public async Task Slash_ByEnough_TakesFromTheStakeFirst()
    {
        SolanaKey owner = await RegisteredAsync(3000);
        (await UnstakeAsync(owner, 1000)).IsDone();
        ulong before = await _chain.BalanceAsync(_chain.Config.Treasury);
        (await SlashAsync(await AttestAsync(owner, 2500), 0, 2)).IsDone();
        Assert.That(await _chain.BalanceAsync(_chain.Config.Treasury) - before, Is.EqualTo(2500));
        NodeState node = await NodeAsync(owner);
        Assert.That(
            (node.Staked, node.Pending, node.Slashed, node.Slashes, node.Tier),
            Is.EqualTo((0UL, 500UL, 2500UL, 1UL, 0UL)));
    }

    [Test]
    public async Task Slash_StakeOnItsWayOut_IsNotEscaped()
    {
        SolanaKey owner = await RegisteredAsync(1000);
        (await UnstakeAsync(owner, 1000)).IsDone();
        await _chain.AdvanceAsync(7200);
        (await SlashAsync(await AttestAsync(owner, 1000), 0, 1)).IsDone();
        ulong before = await _chain.BalanceAsync(owner.Address);
        (await WithdrawAsync(owner)).IsDone();
        if (tokens)
        {
            Assert.That(await _chain.BalanceAsync(owner.Address), Is.EqualTo(before));
        }
    }

    [Test]
    public async Task Slash_MoreThanThereIs_TakesWhatThereIs()
    {
        SolanaKey owner = await RegisteredAsync(1000);
        ulong before = await _chain.BalanceAsync(_chain.Config.Treasury);
        (await SlashAsync(await AttestAsync(owner, ulong.MaxValue), 0, 1)).IsDone();
        Assert.That(await _chain.BalanceAsync(_chain.Config.Treasury) - before, Is.EqualTo(1000));
        (await SlashAsync(await AttestAsync(owner, 1), 0, 1)).IsRefused(SettlementError.Amount);
    }

    [Test]
    public async Task Slash_SameAttestationAgain_IsRefused()
    {
        Attestation attestation = await AttestAsync(await RegisteredAsync(3000), 500);
        (await SlashAsync(attestation, 0, 1)).IsDone();
        (await SlashAsync(attestation, 0, 1)).IsRefused(SettlementError.Voucher);
    }

    [Test]
    public async Task Slash_AttestationOfAnEarlierRegistration_IsRefused()
    {
        SolanaKey owner = await RegisteredAsync(1000);
        Attestation old = await AttestAsync(owner, 500);
        (await UnstakeAsync(owner, 1000)).IsDone();
        await _chain.AdvanceAsync(7200);
        (await WithdrawAsync(owner)).IsDone();
        (await AddAsync(owner, 1000)).IsDone();
        (await SlashAsync(old, 0, 1)).IsRefused(SettlementError.Voucher);
    }

    [Test]
    public async Task Slash_ByTooFew_IsRefused()
    {
        Attestation attestation = await AttestAsync(await RegisteredAsync(1000), 500);
        (await SlashAsync(attestation, 1)).IsRefused(SettlementError.Threshold);
        (await SlashAsync(attestation, 1, 1)).IsRefused(SettlementError.Threshold);
    }

    [Test]
    public async Task Slash_StrangersSignatures_DoNotCount()
    {
        Attestation attestation = await AttestAsync(await RegisteredAsync(1000), 500);
        (await RunSlashAsync(attestation, SettlementChain.Attest(attestation, _chain.Committee[0], _chain.NewKey(), _chain.NewKey())))
            .IsRefused(SettlementError.Threshold);
    }

    [Test]
    public async Task Slash_OtherAmountOrEvidenceThanAttested_IsRefused()
    {
        Attestation attestation = await AttestAsync(await RegisteredAsync(1000), 500);
        Instruction signed = SettlementChain.Attest(attestation, _chain.Committee[0], _chain.Committee[1]);
        (await RunSlashAsync(attestation with { Amount = 501 }, signed)).IsRefused(SettlementError.Voucher);
        (await RunSlashAsync(attestation with { Evidence = new byte[32] }, signed)).IsRefused(SettlementError.Voucher);
    }

    [Test]
    public async Task Slash_ReleaseOfAnEscrow_IsNoSlash()
    {
        Attestation attestation = await AttestAsync(await RegisteredAsync(1000), 500);
        Instruction signed = SettlementChain.Attest(
            attestation with { Action = AttestationAction.Release }, _chain.Committee[0], _chain.Committee[1]);
        (await RunSlashAsync(attestation, signed)).IsRefused(SettlementError.Voucher);
    }

    [Test]
    public async Task Slash_OfAnotherProgram_IsRefused()
    {
        Attestation attestation = await AttestAsync(await RegisteredAsync(1000), 500);
        Instruction signed = SettlementChain.Attest(
            attestation with { Program = _chain.NewKey().Address }, _chain.Committee[0], _chain.Committee[1]);
        (await RunSlashAsync(attestation, signed)).IsRefused(SettlementError.Voucher);
    }

    [Test]
    public async Task Slash_ToSomebodyElse_IsRefused()
    {
        Attestation attestation = await AttestAsync(await RegisteredAsync(1000), 500);
        SolanaKey thief = await _chain.NewPersonAsync();
        Address pocket = tokens ? AssociatedToken.Find(thief.Address, _chain.Mint) : thief.Address;
        (await _chain.RunAsync(
            [
                SettlementChain.Attest(attestation, _chain.Committee[0], _chain.Committee[1]),
                StakeInstructions.Slash(_chain.Program, _chain.Mint, attestation, _chain.Config, 0).Replace(1, pocket),
            ],
            thief)).IsRefused(tokens ? SettlementError.TokenAccount : SettlementError.Address);
    }

    [Test]
    public async Task Slash_ChannelAsNodeOrConfiguration_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        Attestation attestation = await AttestAsync(await RegisteredAsync(1000), 500);
        Instruction slash = StakeInstructions.Slash(_chain.Program, _chain.Mint, attestation, _chain.Config, 0);
        Instruction signed = SettlementChain.Attest(attestation, _chain.Committee[0], _chain.Committee[1]);
        (await _chain.RunAsync([signed, slash.Replace(0, channel.Address)], channel.Payer))
            .IsRefused(SettlementError.State);
        (await _chain.RunAsync([signed, slash.Replace(2, channel.Address)], channel.Payer))
            .IsRefused(SettlementError.State);
    }

    private Address Node(SolanaKey owner) => NodeState.Derive(_chain.Program, owner.Address).Address;

    private Instruction Add(SolanaKey owner, ulong amount) =>
        StakeInstructions.Add(_chain.Program, owner.Address, _chain.Mint, amount, _peer);

    private Task<Outcome> AddAsync(SolanaKey owner, ulong amount) =>
        _chain.RunAsync([.. _chain.VaultFor(owner.Address, Node(owner)), Add(owner, amount)], owner);

    private async Task<SolanaKey> RegisteredAsync(ulong amount)
    {
        SolanaKey owner = await _chain.NewPersonAsync();
        (await AddAsync(owner, amount)).IsDone();
        return owner;
    }

    private Task<Outcome> UnstakeAsync(SolanaKey owner, ulong amount) =>
        _chain.RunAsync([StakeInstructions.Unstake(_chain.Program, owner.Address, amount)], owner);

    private Task<Outcome> WithdrawAsync(SolanaKey owner) =>
        _chain.RunAsync([StakeInstructions.Withdraw(_chain.Program, owner.Address, _chain.Mint)], owner);

    private async Task<Attestation> AttestAsync(SolanaKey owner, ulong amount)
    {
        NodeState node = await NodeAsync(owner);
        return new Attestation(
            _chain.Program, Node(owner), _evidence, AttestationAction.Slash, amount, node.RegisteredSlot, node.Slashes);
    }

    private Task<Outcome> SlashAsync(Attestation attestation, params int[] members) =>
        RunSlashAsync(attestation, SettlementChain.Attest(attestation, members.Select(m => _chain.Committee[m])));

    private Task<Outcome> RunSlashAsync(Attestation attestation, Instruction signed) => _chain.RunAsync(
        [signed, StakeInstructions.Slash(_chain.Program, _chain.Mint, attestation, _chain.Config, 0)],
        _chain.Ledger.Authority);

    private async Task<NodeState> NodeAsync(SolanaKey owner)
    {
        ReadOnlyMemory<byte> data = (await _chain.Rpc.GetAccountAsync(Node(owner), default))!.Data;
        Assert.That(NodeState.TryRead(data.Span, out NodeState state));
        return state;
    }
}
