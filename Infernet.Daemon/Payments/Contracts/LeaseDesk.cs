using System.Buffers.Binary;
using System.Text.Json.Serialization.Metadata;
using Infernet.Core.Api;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Chain;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Daemon.Payments.Contracts;

/// <summary>Leases: time of a provider, paid in advance, released by the second, ended by either side.</summary>
internal sealed class LeaseDesk(ContractWork work, ContractTable table, TimeProvider time, Random random)
    : ContractDesk<LeaseState, LeaseView>(work, table, time)
{
    protected override string Kind => "lease";

    protected override string Opening => "lease-create";

    protected override int Length => LeaseState.Length;

    protected override int WorthAt => 144;

    protected override int WorthLength => 2 * sizeof(ulong);

    protected override JsonTypeInfo<LeaseView> Json => ApiJson.Default.LeaseView;

    /// <summary>Prepays so many seconds from now on.</summary>
    /// <exception cref="PaymentException">It can't be paid.</exception>
    public async Task<LeaseChange> CreateAsync(
        string provider, ulong pricePerSecond, ulong seconds, bool dryRun, CancellationToken cancellationToken)
    {
        ClusterFacts facts = await Chain.FactsAsync(cancellationToken).ConfigureAwait(false);
        Address payee = ContractWork.Parse(provider, "provider's wallet");
        UInt128 total = (UInt128)pricePerSecond * seconds;
        if (total == 0 || total > ulong.MaxValue)
        {
            throw new ApiException(
                "invalid", "A lease needs a price a second and a time, both above 0, whose product is an amount.");
        }

        if (seconds > ContractWork.LongestTime.TotalSeconds)
        {
            throw new ApiException(
                "invalid", $"A lease may last {ContractWork.LongestTime.TotalDays} days at most; {seconds} s are more.");
        }

        Chain.RequirePayable(payee);
        await RequireAboveDustAsync(payee, (ulong)total, facts, cancellationToken).ConfigureAwait(false);
        var key = new LeaseKey(Chain.Wallet, payee, Chain.Mint, Draw());
        Address address = key.Derive(Chain.Program).Address;
        (LeaseView? after, SpendView spend) = await OpenAsync(
            new LeaseView
            {
                Address = address.ToString(), Role = "renter", Renter = Chain.Wallet.ToString(),
                Provider = payee.ToString(), Asset = ContractViews.Of(facts.Asset), Id = key.Id,
                State = ContractViews.Opening, PricePerSecond = pricePerSecond, Seconds = seconds,
                Deposit = (ulong)total, Left = (ulong)total,
            },
            new TransactionOrder
            {
                Purpose = Opening, Key = address.ToString(),
                What = $"leasing {payee} for {seconds} s with {facts.Asset.Show((ulong)total)}",
                Mint = key.Mint, TokenOwners = [address],
                Compose = _ => [LeaseInstructions.Create(Chain.Program, key, pricePerSecond, seconds)],
            },
            dryRun, cancellationToken).ConfigureAwait(false);
        return new LeaseChange { After = after, Spend = spend };
    }

    /// <summary>Pays out what has come due.</summary>
    public Task<LeaseChange> ReleaseAsync(string lease, bool dryRun, CancellationToken cancellationToken) => ChangeAsync(
        lease, "lease-release", "paying out what is due of",
        (facts, state) => LeaseInstructions.Release(Chain.Program, state.Key, facts.Config),
        (facts, key) => [key.Provider, facts.Config.Treasury, facts.Config.Platform], dryRun, cancellationToken);

    /// <summary>Ends it: what is due is paid, the rest goes back to the renter.</summary>
    public Task<LeaseChange> CancelAsync(string lease, bool dryRun, CancellationToken cancellationToken) => ChangeAsync(
        lease, "lease-cancel", "ending",
        (facts, state) => LeaseInstructions.Cancel(Chain.Program, state.Key, facts.Config, Chain.Wallet),
        (facts, key) => [key.Provider, facts.Config.Treasury, facts.Config.Platform, key.Renter],
        dryRun, cancellationToken);

    protected override bool TryRead(ReadOnlySpan<byte> data, out LeaseState state) => LeaseState.TryRead(data, out state);

    // The price of a second, and how many there are.
    protected override ulong WorthOf(ReadOnlySpan<byte> bytes) => (ulong)UInt128.Min(
        (UInt128)BinaryPrimitives.ReadUInt64LittleEndian(bytes)
            * BinaryPrimitives.ReadUInt64LittleEndian(bytes[sizeof(ulong)..]),
        ulong.MaxValue);

    protected override Address AddressOf(LeaseState state) => state.Key.Derive(Chain.Program).Address;

    protected override (Address Mint, Terms Terms) TermsOf(LeaseState state) => (state.Key.Mint, state.Terms);

    protected override LeaseView Show(Address address, LeaseState state, DateTimeOffset now) =>
        ContractViews.Of(address, state, Chain.Wallet, now);

    protected override LeaseView Closed(LeaseView last) => last with { State = ContractViews.Closed, Due = 0, Left = 0 };

    protected override LeaseView ClosedNow(LeaseView last) =>
        Closed(last) with { Released = last.Released + last.Due };

    // Two requests at once must not draw the same number.
    private ulong Draw()
    {
        lock (random)
        {
            return (ulong)random.NextInt64();
        }
    }

    private async Task<LeaseChange> ChangeAsync(
        string lease, string purpose, string what, Func<ClusterFacts, LeaseState, Instruction> make,
        Func<ClusterFacts, LeaseKey, IReadOnlyList<Address>> tokenOwners, bool dryRun,
        CancellationToken cancellationToken)
    {
        ClusterFacts facts = await Chain.FactsAsync(cancellationToken).ConfigureAwait(false);
        Address address = await ResolveAsync(lease, cancellationToken).ConfigureAwait(false);
        LeaseState state = await RequireAsync(address, cancellationToken).ConfigureAwait(false);
        LeaseView before = View(address, state);

        // The other side must not be able to hold this one's money by giving its own token account away.
        (Func<Instruction, Instruction> redirect, TransactionOrder? first) = await RedirectAsync(
            Chain.Wallet == state.Key.Renter ? state.Key.Provider : state.Key.Renter, state.Key.Mint,
            $"{address}/{state.Start}", cancellationToken).ConfigureAwait(false);
        (LeaseView? after, SpendView spend) = await ChangeAsync(
            before,
            new TransactionOrder
            {
                Purpose = purpose,

                // What was released only rises, so each release is a payment of its own. When a lease has ended, its
                // renter may begin another one at the same address, which is another one.
                Key = $"{address}/{state.Start}/{state.Released}",
                What = $"{what} the lease {address}",
                Mint = state.Key.Mint,
                TokenOwners = tokenOwners(facts, state.Key),
                First = first,
                Compose = _ => [redirect(make(facts, state))],
            },
            dryRun, cancellationToken).ConfigureAwait(false);
        return new LeaseChange { Before = before, After = after, Spend = spend };
    }
}
