using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;
using Infernet.Solana.Tests.Chain;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Tests.Settlement;

/// <summary>Leases: prepaid, paid out by the second, ended by either side.</summary>
[TestFixture(false)]
[TestFixture(true)]
public class LeaseTests(bool tokens)
{
    private const ulong Price = 1000;
    private const ulong Seconds = 500;

    private SettlementChain _chain = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _chain = await SettlementChain.StartAsync(tokens);

    [OneTimeTearDown]
    public async Task StopAsync() => await _chain.DisposeAsync();

    [Test]
    public async Task Release_BySecond_PaysWhatHasPassed()
    {
        Rented lease = await CreatedAsync();
        ulong before = await _chain.BalanceAsync(lease.Provider.Address);
        (await ReleaseAsync(lease)).IsRefused(SettlementError.Amount);
        await _chain.AdvanceAsync(10);
        (await ReleaseAsync(lease)).IsDone();
        Assert.That(await _chain.BalanceAsync(lease.Provider.Address) - before, Is.EqualTo(8_500));
        await _chain.AdvanceAsync(10_000);
        (await ReleaseAsync(lease)).IsDone();
        Assert.That(await _chain.BalanceAsync(lease.Provider.Address) - before, Is.EqualTo(425_000));
        (await ReleaseAsync(lease)).IsRefused(SettlementError.Amount);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Cancel_ByEitherSide_PaysWhatIsDueAndReturnsTheRest(bool byRenter)
    {
        Rented lease = await CreatedAsync();
        ulong provider = await _chain.BalanceAsync(lease.Provider.Address), renter = await _chain.BalanceAsync(lease.Renter.Address);
        ulong held = await _chain.LamportsAsync(lease.Address);
        await _chain.AdvanceAsync(100);
        SolanaKey who = byRenter ? lease.Renter : lease.Provider;
        (await _chain.RunAsync(
            [LeaseInstructions.Cancel(_chain.Program, lease.Key, _chain.Config, who.Address)], _chain.Ledger.Authority, who)).IsDone();
        Assert.That(await _chain.BalanceAsync(lease.Provider.Address) - provider, Is.EqualTo(85_000));
        Assert.That(
            await _chain.BalanceAsync(lease.Renter.Address) - renter,
            Is.EqualTo(tokens ? 400_000 : held - 100_000));
        Assert.That(await _chain.Rpc.GetAccountAsync(lease.Address, default), Is.Null);
    }

    [Test]
    public async Task Cancel_AtOnce_PaysNothing()
    {
        Rented lease = await CreatedAsync();
        ulong provider = await _chain.BalanceAsync(lease.Provider.Address);
        (await CancelAsync(lease, lease.Renter)).IsDone();
        Assert.That(await _chain.BalanceAsync(lease.Provider.Address), Is.EqualTo(provider));
    }

    [Test]
    public async Task Cancel_ByAStranger_IsRefusedUntilTheEnd()
    {
        Rented lease = await CreatedAsync();
        SolanaKey stranger = await _chain.NewPersonAsync();
        await _chain.AdvanceAsync((long)Seconds - 1);
        (await CancelAsync(lease, stranger)).IsRefused(SettlementError.Signer);
        await _chain.AdvanceAsync(1);
        (await CancelAsync(lease, stranger)).IsDone();
    }

    [Test]
    public async Task Cancel_PartyDoesNotSign_IsRefused()
    {
        Rented lease = await CreatedAsync();
        (await _chain.RunAsync(
            [LeaseInstructions.Cancel(_chain.Program, lease.Key, _chain.Config, lease.Renter.Address).Unsigned(5)],
            _chain.Ledger.Authority)).IsRefused(SettlementError.Signer);
    }

    [TestCase(1)]
    [TestCase(6)]
    public async Task Cancel_ToSomebodyElse_IsRefused(int account)
    {
        Rented lease = await CreatedAsync();
        SolanaKey thief = await _chain.NewPersonAsync();
        await _chain.AdvanceAsync(10);
        bool pocket = tokens && account == 1;
        (await _chain.RunAsync(
            [
                LeaseInstructions.Cancel(_chain.Program, lease.Key, _chain.Config, lease.Provider.Address)
                    .Replace(account, pocket ? AssociatedToken.Find(thief.Address, _chain.Mint) : thief.Address),
            ],
            lease.Provider)).IsRefused(pocket ? SettlementError.TokenAccount : SettlementError.Address);
    }

    [Test]
    public async Task Release_ChannelAsLease_IsRefused()
    {
        Rented lease = await CreatedAsync();
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        (await _chain.RunAsync(
            [LeaseInstructions.Release(_chain.Program, lease.Key, _chain.Config).Replace(0, channel.Address)], lease.Provider))
            .IsRefused(SettlementError.State);
        (await _chain.RunAsync(
            [
                LeaseInstructions.Cancel(_chain.Program, lease.Key, _chain.Config, lease.Provider.Address)
                    .Replace(0, channel.Address),
            ],
            lease.Provider)).IsRefused(SettlementError.State);
    }

    [TestCase(0UL, 5UL)]
    [TestCase(ulong.MaxValue / 5 + 1, 5UL)]
    [TestCase(ulong.MaxValue, 2UL)]
    public async Task Create_NoPriceOrOneThatOverflows_IsRefused(ulong price, ulong seconds) =>
        (await CreateAsync(await PrepareAsync(), price, seconds)).IsRefused(SettlementError.Amount);

    [TestCase(0UL)]
    [TestCase(365UL * 24 * 3600 + 1)]
    public async Task Create_NoTimeOrTooMuch_IsRefused(ulong seconds) =>
        (await CreateAsync(await PrepareAsync(), 1, seconds)).IsRefused(SettlementError.Time);

    [Test]
    public async Task Create_Again_IsRefused() =>
        (await CreateAsync(await CreatedAsync(), Price, Seconds)).IsRefused(SettlementError.Exists);

    [Test]
    public async Task Create_RenterDoesNotSign_IsRefused()
    {
        Rented lease = await PrepareAsync();
        (await _chain.RunAsync(
            [LeaseInstructions.Create(_chain.Program, lease.Key, Price, Seconds).Unsigned(0)], lease.Provider))
            .IsRefused(SettlementError.Signer);
    }

    [Test]
    public async Task Create_OtherAccountAsConfiguration_IsRefused()
    {
        Rented lease = await PrepareAsync();
        (await _chain.RunAsync(
            [LeaseInstructions.Create(_chain.Program, lease.Key, Price, Seconds).Replace(3, lease.Provider.Address)], lease.Renter))
            .IsRefused(SettlementError.State);
    }

    // The runtime lets nobody write to these: what is due could never be paid, so the rest could never go back.
    [TestCase("11111111111111111111111111111111")]
    [TestCase("SysvarC1ock11111111111111111111111111111111")]
    [TestCase("Ed25519SigVerify111111111111111111111111111")]
    public async Task Create_ProviderThatLamportsCanNotReach_IsRefused(string provider)
    {
        Rented lease = await PrepareAsync();
        LeaseKey key = lease.Key with { Provider = Address.Parse(provider) };
        Rented unpayable = lease with { Key = key, Address = key.Derive(_chain.Program).Address };
        if (tokens)
        {
            // A token account can belong to any address, and anybody can make it.
            (await CreateAsync(unpayable, Price, Seconds)).IsDone();
            await _chain.AdvanceAsync(10);
            (await _chain.RunAsync(
                [
                    AssociatedToken.CreateIdempotent(lease.Renter.Address, key.Provider, _chain.Mint),
                    LeaseInstructions.Cancel(_chain.Program, key, _chain.Config, lease.Renter.Address),
                ],
                lease.Renter)).IsDone();
        }
        else
        {
            (await CreateAsync(unpayable, Price, Seconds)).IsRefused(SettlementError.Address);
        }
    }

    [TestCase("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")]
    [TestCase("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")]
    public async Task Cancel_ProviderIsAProgram_StillReturnsTheRest(string provider)
    {
        Rented lease = await PrepareAsync();
        LeaseKey key = lease.Key with { Provider = Address.Parse(provider) };
        (await CreateAsync(lease with { Key = key, Address = key.Derive(_chain.Program).Address }, Price, Seconds)).IsDone();
        await _chain.AdvanceAsync(10);
        Instruction[] account =
            tokens ? [AssociatedToken.CreateIdempotent(lease.Renter.Address, key.Provider, _chain.Mint)] : [];
        (await _chain.RunAsync(
            [.. account, LeaseInstructions.Cancel(_chain.Program, key, _chain.Config, lease.Renter.Address)],
            lease.Renter)).IsDone();
    }

    // From 19 to 20 both fees would grow by one if each were rounded by itself: more than the one that is due.
    [Test]
    public async Task Cancel_LastUnitOfALeaseThatIsPaidOneByOne_ReturnsTheRest()
    {
        Rented lease = await PrepareAsync();
        (await CreateAsync(lease, price: 1, seconds: 20)).IsDone();
        await _chain.AdvanceAsync(19);
        (await ReleaseAsync(lease)).IsDone();
        await _chain.AdvanceAsync(100);
        (await CancelAsync(lease, lease.Renter)).IsDone();
        Assert.That(await _chain.Rpc.GetAccountAsync(lease.Address, default), Is.Null);
    }

    [Test]
    public async Task Create_Lease_IsReadBack()
    {
        Rented lease = await CreatedAsync();
        ReadOnlyMemory<byte> data = (await _chain.Rpc.GetAccountAsync(lease.Address, default))!.Data;
        Assert.That(LeaseState.TryRead(data.Span, out LeaseState state));
        Assert.That(
            (state.Key, state.Price, state.Seconds, state.Released, state.Start),
            Is.EqualTo((lease.Key, Price, Seconds, 0UL, _chain.Now)));
    }

    private async Task<Rented> PrepareAsync()
    {
        SolanaKey renter = await _chain.NewPersonAsync(), provider = await _chain.NewPersonAsync();
        var key = new LeaseKey(renter.Address, provider.Address, _chain.Mint, 3);
        return new Rented(renter, provider, key, key.Derive(_chain.Program).Address);
    }

    private Task<Outcome> CreateAsync(Rented lease, ulong price, ulong seconds) => _chain.RunAsync(
        [
            .. _chain.VaultFor(lease.Renter.Address, lease.Address),
            LeaseInstructions.Create(_chain.Program, lease.Key, price, seconds),
        ],
        lease.Renter);

    private async Task<Rented> CreatedAsync()
    {
        Rented lease = await PrepareAsync();
        (await CreateAsync(lease, Price, Seconds)).IsDone();
        return lease;
    }

    private Task<Outcome> ReleaseAsync(Rented lease) => _chain.RunAsync(
        [LeaseInstructions.Release(_chain.Program, lease.Key, _chain.Config)], _chain.Ledger.Authority);

    private Task<Outcome> CancelAsync(Rented lease, SolanaKey who) => _chain.RunAsync(
        [LeaseInstructions.Cancel(_chain.Program, lease.Key, _chain.Config, who.Address)], who);

    private sealed record Rented(SolanaKey Renter, SolanaKey Provider, LeaseKey Key, Address Address);
}
