using Infernet.Core.Api;
using Infernet.Daemon.Payments;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Daemon.Tests.Payments.Contracts;

[TestFixture(false)]
[TestFixture(true)]
public sealed class LeaseDeskTests(bool tokens) : PaymentFixture(tokens)
{
    private const ulong Price = 100_000;

    // Else a provider could keep the renter from ever ending it.
    [Test]
    public async Task Lease_WhoseProviderGaveItsTokenAccountAway_EndsAllTheSame()
    {
        if (!_tokens)
        {
            return;
        }

        SolanaKey provider = await _chain.NewPersonAsync();
        string lease = (await _bench.Leases.CreateAsync($"{provider.Address}", Price, 100, dryRun: false, default)).After!.Address;
        (await _chain.RunAsync(
            [
                new Instruction(
                    WellKnown.TokenProgram,
                    [
                        AccountMeta.Writable(AssociatedToken.Find(provider.Address, _chain.Mint)),
                        AccountMeta.Signer(provider.Address),
                    ],
                    new byte[] { 6, 2, 1 }.Concat(_chain.NewHash()).ToArray()),
            ],
            provider)).IsDone();
        await _chain.AdvanceAsync(10);
        ulong before = await _chain.BalanceAsync(_bench.Wallet.Address);
        LeaseChange ended = await _bench.Leases.CancelAsync(lease, dryRun: false, default);
        Assert.That(ended.After!.State, Is.EqualTo("closed"));
        Assert.That(await _chain.BalanceAsync(_bench.Wallet.Address), Is.EqualTo(before + (Price * 90)));
    }

    // What it would get can't be paid to an empty account: neither release nor cancellation would work.
    [Test]
    public async Task Lease_ForAnEmptyWalletThatNoPaymentReaches_IsRefused()
    {
        if (_tokens)
        {
            return;
        }

        Address empty = _chain.NewKey().Address;
        PaymentException dust = (await Assert.ThrowsAsync<PaymentException>(
            () => _bench.Leases.CreateAsync($"{empty}", 1_000, 1_000, dryRun: false, default)))!;
        Assert.That(dust.Code, Is.EqualTo(PaymentCodes.Dust));
        Assert.That(dust.Message, Does.Contain($"{empty}").And.Contain("0.00085 SOL").And.Contain("0.00089088 SOL"));
        Assert.That(_bench.Locked, Is.Zero);
        await _chain.Rpc.RequestAirdropAsync(empty, 890_880, default);
        await _bench.Leases.CreateAsync($"{empty}", 1_000, 1_000, dryRun: false, default);
    }

    [Test]
    public async Task Lease_FromBeginningToEnd_IsShownByTheSecond()
    {
        SolanaKey provider = await _chain.NewPersonAsync();
        ulong before = await _chain.BalanceAsync(provider.Address);
        LeaseChange asked = await _bench.Leases.CreateAsync(provider.Address.ToString(), Price, 3_600, dryRun: true, default);
        Assert.That((asked.After, asked.Spend.Transaction), Is.EqualTo(((LeaseView?)null, (string?)null)));
        Assert.That(await _bench.Leases.ListAsync(default), Is.Empty);

        LeaseView made = (await _bench.Leases.CreateAsync(provider.Address.ToString(), Price, 3_600, false, default)).After!;
        Assert.That(
            (made.Role, made.State, made.Deposit, made.Left, made.Due),
            Is.EqualTo(("renter", "running", 3_600 * Price, 3_600 * Price, 0ul)));

        await _chain.AdvanceAsync(600);
        LeaseView listed = (await _bench.Leases.ListAsync(default)).Single();
        Assert.That((listed.Address, listed.Due, listed.Left), Is.EqualTo((made.Address, 600 * Price, 3_000 * Price)));

        LeaseChange released = await _bench.Leases.ReleaseAsync(made.Address, dryRun: false, default);
        Assert.That((released.After!.Released, released.After.Due), Is.EqualTo((600 * Price, 0ul)));
        Assert.That(await _chain.BalanceAsync(provider.Address), Is.EqualTo(before + (600 * Price * 85 / 100)));
        Assert.That((await FailsAsync(() => _bench.Leases.ReleaseAsync(made.Address, false, default))).Code,
            Is.EqualTo(PaymentCodes.Refused), "nothing has come due since");

        await _chain.AdvanceAsync(400);
        ulong mine = await _chain.BalanceAsync(_bench.Wallet.Address);
        LeaseChange cancelled = await _bench.Leases.CancelAsync(made.Address, dryRun: false, default);
        Assert.That((cancelled.After!.State, cancelled.After.Released), Is.EqualTo(("closed", 1_000 * Price)));
        Assert.That(await _chain.BalanceAsync(_bench.Wallet.Address), Is.GreaterThan(mine + (2_599 * Price)));
        Assert.That((await _bench.Leases.ListAsync(default)).Single().State, Is.EqualTo("closed"));
        Assert.That((await FailsAsync(() => _bench.Leases.CancelAsync(made.Address, false, default))).Code,
            Is.EqualTo(PaymentCodes.ContractUnknown));
    }

    [Test]
    public async Task Lease_OfThisNode_IsListedForItsProviderToo()
    {
        await using PaymentBench provider = await PaymentBench.StartAsync(_chain);
        LeaseView made = (await _bench.Leases
            .CreateAsync(provider.Wallet.Address.ToString(), Price, 60, dryRun: false, default)).After!;
        await _chain.AdvanceAsync(120);
        LeaseView seen = (await provider.Leases.ListAsync(default)).Single();
        Assert.That((seen.Address, seen.Role, seen.State, seen.Due), Is.EqualTo((made.Address, "provider", "ended", 60 * Price)));
        LeaseChange ended = await provider.Leases.CancelAsync(made.Address, dryRun: false, default);
        Assert.That(ended.After!.State, Is.EqualTo("closed"));
        Assert.That((await _bench.Leases.ListAsync(default)).Single().State, Is.EqualTo("closed"));
    }

    // The address follows from a number that the renter chooses.
    [Test]
    public async Task Lease_BegunAgainAtOneAddress_IsEndedByItsProviderAgain()
    {
        SolanaKey renter = await _chain.NewPersonAsync();
        var key = new LeaseKey(renter.Address, _bench.Wallet.Address, _chain.Mint, 5);
        Address address = key.Derive(_chain.Program).Address;
        for (int i = 0; i < 2; i++)
        {
            (await _chain.RunAsync(
                [.. _chain.VaultFor(renter.Address, address), LeaseInstructions.Create(_chain.Program, key, Price, 60)],
                renter)).IsDone();
            await _chain.AdvanceAsync(30);
            ulong before = await _chain.BalanceAsync(renter.Address);
            await _bench.Leases.CancelAsync(address.ToString(), dryRun: false, default);
            Assert.That(await _chain.BalanceAsync(renter.Address), Is.GreaterThanOrEqualTo(before + (30 * Price)));
        }
    }

    [Test]
    public async Task Lease_AfterARestart_IsStillListed()
    {
        SolanaKey provider = await _chain.NewPersonAsync();
        await _bench.Leases.CreateAsync(provider.Address.ToString(), Price, 60, dryRun: false, default);
        await _bench.ReopenAsync();
        Assert.That((await _bench.Leases.ListAsync(default)).Single().State, Is.EqualTo("running"));
    }

    // The view is journaled first, then the order is approved and signed; the chain decides what is listed.
    [Test]
    public async Task Death_AtAnyCommit_ListsWhatTheChainHas([Values(1, 2, 3, 4, 5)] int commit, [Values] bool committed)
    {
        SolanaKey provider = await _chain.NewPersonAsync();
        ulong before = await _chain.BalanceAsync(_bench.Wallet.Address);
        await _bench.CloseAsync();
        bool dead = false;
        _bench.Open((number, done) =>
        {
            if (dead |= number == commit && done == committed)
            {
                throw new Infernet.Daemon.Journal.JournalException("The process is dead");
            }
        });
        _bench.Wire.Rule = (_, _, through) => dead ? throw new HttpRequestException("dead") : through();
        await Assert.ThrowsAsync<Infernet.Daemon.Journal.JournalException>(() => _bench.Leases.CreateAsync(
            provider.Address.ToString(), Price, 60, dryRun: false, default));
        await _bench.CloseAsync();

        _bench.Wire.Rule = (_, _, through) => through();
        _bench.Open();
        await _bench.Desk.ResumeAsync(default);
        while (_bench.Desk.IsPending("lease-create"))
        {
            await Task.Yield();
        }

        IReadOnlyList<LeaseView> listed = await _bench.Leases.ListAsync(default);
        bool opened = before - await _chain.BalanceAsync(_bench.Wallet.Address) >= 60 * Price;
        Assert.That(listed.Select(l => l.State), Is.EqualTo(opened ? ["running"] : Array.Empty<string>()));
        Assert.That(opened, Is.EqualTo((commit, committed) is (3, true) or (4, _) or (5, _)));
    }

    [TestCase("not an address", 1ul, 1ul)]
    [TestCase(null, 0ul, 1ul)]
    [TestCase(null, 1ul, 0ul)]
    [TestCase(null, 1ul, 365ul * 86_400 + 1)]
    [TestCase(null, ulong.MaxValue, 2ul)]
    public async Task Lease_ThatMakesNoSense_IsRefused(string? provider, ulong price, ulong seconds)
    {
        ApiException invalid = (await Assert.ThrowsAsync<ApiException>(() => _bench.Leases.CreateAsync(
            provider ?? _chain.NewKey().Address.ToString(), price, seconds, dryRun: false, default)))!;
        Assert.That(invalid.Error.Code, Is.EqualTo("invalid"));
        Assert.That(_bench.Locked, Is.Zero);
    }

    private static async Task<PaymentException> FailsAsync(Func<Task> act) =>
        (await Assert.ThrowsAsync<PaymentException>(() => act()))!;
}
