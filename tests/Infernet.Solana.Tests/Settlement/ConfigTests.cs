using Infernet.Solana.Keys;
using Infernet.Solana.Rpc;
using Infernet.Solana.Settlement;
using Infernet.Solana.Tests.Chain;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Tests.Settlement;

/// <summary>Who may write the configuration, and what may stand in it.</summary>
public class ConfigTests
{
    private SettlementChain _chain = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _chain = await SettlementChain.StartAsync(tokens: false);

    [OneTimeTearDown]
    public async Task StopAsync() => await _chain.DisposeAsync();

    [Test]
    public async Task Set_All_IsReadBack()
    {
        Address address = ConfigInstructions.Address(_chain.Program);
        ReadOnlyMemory<byte> data = (await _chain.Rpc.GetAccountAsync(address, default))!.Data;
        Assert.That(SettlementConfig.TryRead(data.Span, out SettlementConfig read));
        Assert.That(read.Committee, Is.EqualTo(_chain.Config.Committee));
        Assert.That(read.Tiers, Is.EqualTo(_chain.Config.Tiers));
        Assert.That(
            read with { Committee = _chain.Config.Committee, Tiers = _chain.Config.Tiers }, Is.EqualTo(_chain.Config));
    }

    [Test]
    public async Task Set_BySomebodyElse_IsRefused()
    {
        SolanaKey thief = await _chain.NewPersonAsync();
        (await _chain.RunAsync([ConfigInstructions.Set(_chain.Program, thief.Address, _chain.Config)], thief))
            .IsRefused(SettlementError.Authority);
    }

    [Test]
    public async Task Set_AuthorityDoesNotSign_IsRefused()
    {
        SolanaKey thief = await _chain.NewPersonAsync();
        (await _chain.RunAsync([Set(_chain.Config).Unsigned(0)], thief)).IsRefused(SettlementError.Signer);
    }

    [Test]
    public async Task Set_ForgedProgramData_IsRefused()
    {
        SolanaKey thief = await _chain.NewPersonAsync();
        Address fake = _chain.NewKey().Address;
        byte[] data = [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, .. thief.Address.ToArray()];
        await _chain.Ledger.SetAccountAsync(fake, thief.Address, SettlementChain.Sol, data);
        (await _chain.RunAsync(
            [ConfigInstructions.Set(_chain.Program, thief.Address, _chain.Config).Replace(2, fake)], thief))
            .IsRefused(SettlementError.Authority);
    }

    [Test]
    public async Task Set_ProgramThatNobodyMayUpgrade_IsRefused()
    {
        // The loader leaves the last authority's key in place and only says that there is none.
        Address programData = Set(_chain.Config).Accounts[2].Address;
        AccountData account = (await _chain.Rpc.GetAccountAsync(programData, default))!;
        byte[] final = account.Data.ToArray();
        final[12] = 0;
        await _chain.Ledger.SetAccountAsync(programData, account.Owner, account.Lamports, final);
        try
        {
            await RefusedAsync(_chain.Config, SettlementError.Authority);
        }
        finally
        {
            await _chain.Ledger.SetAccountAsync(programData, account.Owner, account.Lamports, account.Data.ToArray());
        }
    }

    [Test]
    public async Task Set_OtherAddress_IsRefused() => (await _chain.RunAsync(
        [Set(_chain.Config).Replace(1, _chain.NewKey().Address)], _chain.Ledger.Authority))
            .IsRefused(SettlementError.Address);

    [Test]
    public async Task Set_TreasuryThatIsEmpty_IsRefused()
    {
        await RefusedAsync(_chain.Config with { Treasury = _chain.NewKey().Address }, SettlementError.Amount);
        await RefusedAsync(_chain.Config with { Platform = _chain.NewKey().Address }, SettlementError.Amount);
    }

    [Test]
    public Task Set_OtherStakeMint_IsRefused() =>
        RefusedAsync(_chain.Config with { StakeMint = _chain.NewKey().Address }, SettlementError.Data);

    [TestCase(9000, 1001, 0)]
    [TestCase(10001, 0, 0)]
    [TestCase(0, 0, 10001)]
    public Task Set_SharesOverTheWhole_AreRefused(int protocolShare, int platformShare, int burnShare) => RefusedAsync(
        _chain.Config with
        {
            ProtocolShare = (ushort)protocolShare,
            PlatformShare = (ushort)platformShare,
            BurnShare = (ushort)burnShare,
        },
        SettlementError.Data);

    [TestCase(0, 3)]
    [TestCase(4, 3)]
    [TestCase(6, 8)]
    [TestCase(2, 11)]
    public Task Set_CommitteeThatCanNotDecide_IsRefused(int threshold, int size) => RefusedAsync(
        _chain.Config with
        {
            Threshold = (byte)threshold,
            Committee = [.. Enumerable.Range(0, size).Select(_ => _chain.NewKey().Address)],
        },
        SettlementError.Data);

    [Test]
    public Task Set_MemberTwice_IsRefused() => RefusedAsync(
        _chain.Config with { Committee = [.. _chain.Config.Committee, _chain.Config.Committee[0]] }, SettlementError.Data);

    [TestCase(3599)]
    [TestCase(365L * 24 * 3600 + 1)]
    [TestCase(-1)]
    public Task Set_CooldownOutOfRange_IsRefused(long seconds) =>
        RefusedAsync(_chain.Config with { Cooldown = seconds }, SettlementError.Data);

    [TestCase(899)]
    [TestCase(30L * 24 * 3600 + 1)]
    [TestCase(-1)]
    public Task Set_WithdrawDelayOutOfRange_IsRefused(long seconds) =>
        RefusedAsync(_chain.Config with { WithdrawDelay = seconds }, SettlementError.Data);

    [TestCase(0UL, 1UL, 2UL, 3UL)]
    [TestCase(1UL, 1UL, 2UL, 3UL)]
    [TestCase(1UL, 2UL, 4UL, 3UL)]
    public Task Set_TiersThatDoNotAscend_AreRefused(ulong a, ulong b, ulong c, ulong d) =>
        RefusedAsync(_chain.Config with { Tiers = [new(a, 1), new(b, 1), new(c, 1), new(d, 1)] }, SettlementError.Data);

    [Test]
    public async Task Set_DataOfAnotherLength_IsRefused()
    {
        Instruction set = Set(_chain.Config);
        foreach (byte[] data in (byte[][])[set.Data[..^1].ToArray(), [.. set.Data.ToArray(), 0], [0, 1, 2]])
        {
            (await _chain.RunAsync([set.WithData(data)], _chain.Ledger.Authority)).IsRefused(SettlementError.Data);
        }
    }

    [Test]
    public async Task Set_MissingAccount_IsRefused() => (await _chain.RunAsync(
        [Set(_chain.Config).WithAccounts(5)], _chain.Ledger.Authority)).IsRefused(SettlementError.Accounts);

    [TestCase(new byte[0])]
    [TestCase(new byte[] { 17 })]
    [TestCase(new byte[] { 255, 1, 2, 3 })]
    public async Task Any_UnknownInstruction_IsRefused(byte[] data) => (await _chain.RunAsync(
        [new Instruction(_chain.Program, [], data)], _chain.Ledger.Authority)).IsRefused(SettlementError.Data);

    [Test]
    public async Task Any_TooManyAccounts_AreRefused()
    {
        AccountMeta[] accounts = [.. Enumerable.Range(0, 13).Select(_ => AccountMeta.ReadOnly(_chain.NewKey().Address))];
        (await _chain.RunAsync([new Instruction(_chain.Program, accounts, new byte[] { 5 })], _chain.Ledger.Authority))
            .IsRefused(SettlementError.Accounts);
    }

    private Instruction Set(SettlementConfig config) =>
        ConfigInstructions.Set(_chain.Program, _chain.Ledger.Authority.Address, config);

    private async Task RefusedAsync(SettlementConfig config, SettlementError error) =>
        (await _chain.RunAsync([Set(config)], _chain.Ledger.Authority)).IsRefused(error);
}
