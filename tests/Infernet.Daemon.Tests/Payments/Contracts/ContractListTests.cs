using System.Security.Cryptography;
using Infernet.Core.Api;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Tests.Payments.Contracts;

/// <summary>Strangers open as many contracts for a wallet as they like: its own are shown all the same, and quickly.</summary>
public class ContractListTests() : PaymentFixture(tokens: false, o => o with { MaxListed = 20 })
{
    private const int Dust = 300;
    private const ulong Amount = 100_000_000;

    private Address _payee;

    [SetUp]
    public async Task FindPayee() => _payee = (await _chain.NewPersonAsync()).Address;

    [Test]
    public async Task Escrows_AmongDust_OwnAreShownFirst_ThenTheLargest_AndTheRestIsCounted()
    {
        EscrowView[] own =
        [
            (await AuthoriseAsync()).After!, (await AuthoriseAsync()).After!,
        ];
        await Task.WhenAll(Enumerable.Range(0, Dust).Select(i => PlantEscrowAsync(1, default)));
        await PlantEscrowAsync(ulong.MaxValue, _chain.NewKey().Address);
        await PlantEscrowAsync(7_000, default);
        (IReadOnlyList<EscrowView> shown, string? leftOut) = await _bench.Escrows.FindAllAsync(default);
        Assert.That(shown, Has.Count.EqualTo(22));
        Assert.That(shown.Take(2).Select(e => e.Address), Is.EquivalentTo(own.Select(e => e.Address)));
        Assert.That(shown[2].Amount, Is.EqualTo(7_000), "in another mint a large number is worth nothing");
        Assert.That(leftOut, Does.Contain($"{Dust + 2 - 20} more escrows that pay this wallet").And.Contain("20 largest"));
    }

    [Test]
    public async Task Leases_AmongDust_OwnAreShownFirst()
    {
        LeaseView own = (await _bench.Leases.CreateAsync($"{_payee}", 5, 60, dryRun: false, default)).After!;
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => PlantLeaseAsync(1)));
        await PlantLeaseAsync(9);
        (IReadOnlyList<LeaseView> shown, string? leftOut) = await _bench.Leases.FindAllAsync(default);
        Assert.That((shown.Count, shown[0].Address, shown[1].PricePerSecond), Is.EqualTo((21, own.Address, 9ul)));
        Assert.That(leftOut, Does.Contain("31 more leases"));
    }

    [Test]
    public async Task Escrows_MoreThanAnAnswerCanHold_DoNotHideOwnOnes()
    {
        string own = (await AuthoriseAsync()).After!.Address;
        int asked = 0;
        _bench.Wire.Rule = (method, _, through) => method == "getProgramAccounts" && Interlocked.Increment(ref asked) > 1
            ? Task.FromResult(Wire.Whole(new string('x', 17 << 20))) : through();
        (IReadOnlyList<EscrowView> shown, string? leftOut) = await _bench.Escrows.FindAllAsync(default);
        Assert.That(shown.Single().Address, Is.EqualTo(own));
        Assert.That(leftOut, Does.Contain("that pay this wallet can't be listed").And.Contain("16777216 bytes"));
    }

    [Test]
    public async Task Escrows_ThatAllFit_LeaveNothingOut()
    {
        await AuthoriseAsync();
        Assert.That((await _bench.Escrows.FindAllAsync(default)).LeftOut, Is.Null);
    }

    private Task<EscrowChange> AuthoriseAsync() => _bench.Escrows.AuthoriseAsync(
        $"{_payee}", RandomNumberGenerator.GetBytes(32), Amount, TimeSpan.FromHours(1), dryRun: false, default);

    // programs/settlement/src/state.h
    private Task PlantEscrowAsync(ulong amount, Address mint)
    {
        var key = new EscrowKey(AnyAddress(), _bench.Wallet.Address, mint, RandomNumberGenerator.GetBytes(32));
        return PlantAsync(
            key.Derive(_chain.Program),
            [
                3, 0, 0, 0, 0, 0, 0, 0, .. key.Payer.Span, .. key.Payee.Span, .. key.Mint.Span, .. new byte[32],
                .. key.Job.Span, .. BitConverter.GetBytes(amount), .. BitConverter.GetBytes(1ul), .. BitConverter.GetBytes(0L),
            ]);
    }

    private Task PlantLeaseAsync(ulong price)
    {
        var key = new LeaseKey(AnyAddress(), _bench.Wallet.Address, default, 1);
        return PlantAsync(
            key.Derive(_chain.Program),
            [
                5, 0, 0, 0, 0, 0, 0, 0, .. key.Renter.Span, .. key.Provider.Span, .. key.Mint.Span, .. new byte[32],
                .. BitConverter.GetBytes(key.Id), .. BitConverter.GetBytes(price), .. BitConverter.GetBytes(3_600ul),
                .. BitConverter.GetBytes(0ul), .. BitConverter.GetBytes(_chain.Now),
            ]);
    }

    private Task PlantAsync((Address Address, byte Bump) at, byte[] state) => _chain.Ledger.SetAccountAsync(
        at.Address, _chain.Program, 10_000_000, [.. state, 0, 0, 0, 0, 0, 0, 0, at.Bump]);

    private static Address AnyAddress() => new(RandomNumberGenerator.GetBytes(32));
}
