using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;
using Infernet.Solana.Tests.Chain;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Tests.Settlement;

/// <summary>Token vaults that somebody prepared, so as to have a say over a deposit.</summary>
public class VaultTests
{
    private const int DelegateAt = 72;
    private const int StateAt = 108;
    private const int CloseAuthorityAt = 129;

    private SettlementChain _chain = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _chain = await SettlementChain.StartAsync(tokens: true);

    [OneTimeTearDown]
    public async Task StopAsync() => await _chain.DisposeAsync();

    [Test]
    public async Task Open_ProperVault_Opens() => (await OpenAsync(_ => { })).IsDone();

    [Test]
    public async Task Open_VaultOfAnotherMint_IsRefused() =>
        (await OpenAsync(v => v[3] ^= 1)).IsRefused(SettlementError.TokenAccount);

    [Test]
    public async Task Open_VaultOfAnotherOwner_IsRefused() =>
        (await OpenAsync(v => v[40] ^= 1)).IsRefused(SettlementError.TokenAccount);

    [TestCase(0)]
    [TestCase(2)]
    public async Task Open_VaultUninitialisedOrFrozen_IsRefused(int state) =>
        (await OpenAsync(v => v[StateAt] = (byte)state)).IsRefused(SettlementError.TokenAccount);

    [Test]
    public async Task Open_VaultWithADelegate_IsRefused() =>
        (await OpenAsync(v => v[DelegateAt] = 1)).IsRefused(SettlementError.TokenAccount);

    [Test]
    public async Task Open_VaultThatSomebodyMayClose_IsRefused() =>
        (await OpenAsync(v => v[CloseAuthorityAt] = 1)).IsRefused(SettlementError.TokenAccount);

    [Test]
    public async Task Open_VaultOfAnotherProgram_IsRefused() =>
        (await OpenAsync(_ => { }, program: _chain.Program)).IsRefused(SettlementError.TokenAccount);

    [Test]
    public async Task Open_VaultOfAnotherLength_IsRefused() =>
        (await OpenAsync(_ => { }, length: 200)).IsRefused(SettlementError.TokenAccount);

    [Test]
    public async Task Open_OtherAccountAsMint_IsRefused() => (await OpenAsync(
        _ => { }, edit: i => i.Replace(7, WellKnown.SystemProgram))).IsRefused(SettlementError.TokenAccount);

    [Test]
    public async Task Open_AnotherMintThanTheChannels_IsRefused()
    {
        Address other = _chain.NewKey().Address;
        await _chain.Ledger.SetAccountAsync(other, WellKnown.TokenProgram, SettlementChain.Sol, new byte[TokenProgram.MintLength]);
        (await OpenAsync(_ => { }, edit: i => i.Replace(7, other))).IsRefused(SettlementError.TokenAccount);
    }

    [Test]
    public async Task Open_MintOfAnotherProgram_IsRefused() =>
        (await OpenInAsync(_chain.Program, TokenProgram.MintLength)).IsRefused(SettlementError.TokenAccount);

    [Test]
    public async Task Open_TokenAccountAsMint_IsRefused() =>
        (await OpenInAsync(WellKnown.TokenProgram, TokenProgram.AccountLength)).IsRefused(SettlementError.TokenAccount);

    [Test]
    public async Task Reclaim_TokensWereSentToTheVault_GivesThemToThePayerToo()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        await _chain.GiveTokensAsync(channel.Address, 77);
        await _chain.AdvanceAsync(TestChannel.Term + 3600, slots: 200);
        ulong before = await _chain.BalanceAsync(channel.Payer.Address);
        (await channel.ReclaimAsync(channel.Payee)).IsDone();
        Assert.That(await _chain.BalanceAsync(channel.Payer.Address) - before, Is.EqualTo(TestChannel.Deposit + 77));
        Assert.That(
            await _chain.Rpc.GetAccountAsync(AssociatedToken.Find(channel.Address, _chain.Mint), default), Is.Null);
    }

    private async Task<Outcome> OpenAsync(
        Action<byte[]> spoil, Address? program = null, int length = TokenProgram.AccountLength,
        Func<Instruction, Instruction>? edit = null)
    {
        TestChannel channel = await TestChannel.PrepareAsync(_chain);
        byte[] vault = Vault(_chain.Mint, channel.Address, length);
        spoil(vault);
        await _chain.Ledger.SetAccountAsync(
            AssociatedToken.Find(channel.Address, _chain.Mint), program ?? WellKnown.TokenProgram, SettlementChain.Sol, vault);
        Instruction open = ChannelInstructions.Open(_chain.Program, channel.Key, 1000, _chain.Now + 1000);
        return await _chain.RunAsync([edit is null ? open : edit(open)], channel.Payer);
    }

    // In a mint that somebody made up, and a vault of it.
    private async Task<Outcome> OpenInAsync(Address mintsProgram, int mintLength)
    {
        TestChannel channel = await TestChannel.PrepareAsync(_chain);
        Address mint = _chain.NewKey().Address;
        ChannelKey key = channel.Key with { Mint = mint };
        Address address = key.Derive(_chain.Program).Address;
        await _chain.Ledger.SetAccountAsync(mint, mintsProgram, SettlementChain.Sol, new byte[mintLength]);
        await _chain.Ledger.SetAccountAsync(
            AssociatedToken.Find(address, mint), WellKnown.TokenProgram, SettlementChain.Sol,
            Vault(mint, address, TokenProgram.AccountLength));
        return await _chain.RunAsync(
            [ChannelInstructions.Open(_chain.Program, key, 1000, _chain.Now + 1000)], channel.Payer);
    }

    private static byte[] Vault(Address mint, Address owner, int length)
    {
        byte[] vault = new byte[length];
        mint.Span.CopyTo(vault);
        owner.Span.CopyTo(vault.AsSpan(Address.Length));
        vault[StateAt] = 1;
        return vault;
    }
}
