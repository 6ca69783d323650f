using System.Text.Json;
using Infernet.Core.Api;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Chain;
using Infernet.Solana.Keys;
using Infernet.Solana.Rpc;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Daemon.Payments.Contracts;

/// <summary>Leases: time of a provider, paid in advance, released by the second, ended by either side.</summary>
internal sealed class LeaseDesk(ContractWork work, ContractTable table, TimeProvider time, Random random)
{
    /// <summary>Leases that a list shows of each kind.</summary>
    public const int MaxListed = 1_000;

    private const string Opening = "lease-create";
    private const string Kind = "lease";

    // Where an account holds its renter and its provider, see programs/settlement/src/state.h.
    private const int RenterAt = 8;
    private const int ProviderAt = 40;

    private ChainClient Chain => work.Chain;

    /// <summary>Those that the chain has, of either role, and those of this node that have ended.</summary>
    public async Task<IReadOnlyList<LeaseView>> ListAsync(CancellationToken cancellationToken)
    {
        _ = await Chain.FactsAsync(cancellationToken).ConfigureAwait(false);
        var live = new Dictionary<string, LeaseView>();
        foreach (int at in (int[])[RenterAt, ProviderAt])
        {
            foreach ((Address address, AccountData account) in await Chain
                .ProgramAccountsAsync(LeaseState.Length, at, Chain.Wallet, cancellationToken).ConfigureAwait(false))
            {
                if (account.Owner == Chain.Program && LeaseState.TryRead(account.Data.Span, out LeaseState lease)
                    && lease.Key.Derive(Chain.Program).Address == address)
                {
                    live[address.ToString()] = View(address, lease);
                }
            }
        }

        var all = live.Values.Take(MaxListed).ToList();
        foreach (LeaseView kept in table.All(Kind, MaxListed)
            .Select(json => JsonSerializer.Deserialize(json, ApiJson.Default.LeaseView)!)
            .Where(v => !live.ContainsKey(v.Address)))
        {
            if (await work.StateWithoutChainAsync(Opening, kept.Address, kept.State, cancellationToken)
                .ConfigureAwait(false) is { } state)
            {
                all.Add(state == ContractViews.Opening ? kept : kept with { State = state, Due = 0, Left = 0 });
            }
        }

        return all;
    }

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

        Chain.RequirePayable(payee);

        var key = new LeaseKey(Chain.Wallet, payee, Chain.Mint, (ulong)random.NextInt64());
        Address address = key.Derive(Chain.Program).Address;
        string what = $"leasing {payee} for {seconds} s with {facts.Asset.Show((ulong)total)}";
        if (!dryRun)
        {
            await KeepAsync(
                new LeaseView
                {
                    Address = address.ToString(), Role = "renter", Renter = Chain.Wallet.ToString(),
                    Provider = payee.ToString(), Asset = ContractViews.Of(facts.Asset), Id = key.Id,
                    State = ContractViews.Opening, PricePerSecond = pricePerSecond, Seconds = seconds,
                    Deposit = (ulong)total, Left = (ulong)total,
                },
                cancellationToken).ConfigureAwait(false);
        }

        return await ChangeAsync(
            null, address,
            new TransactionOrder
            {
                Purpose = Opening, Key = address.ToString(), What = what, Mint = key.Mint, TokenOwners = [address],
                Compose = _ => [LeaseInstructions.Create(Chain.Program, key, pricePerSecond, seconds)],
            },
            dryRun, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Pays out what has come due.</summary>
    public Task<LeaseChange> ReleaseAsync(string lease, bool dryRun, CancellationToken cancellationToken) => ChangeAsync(
        lease, "lease-release", (facts, state) => LeaseInstructions.Release(Chain.Program, state.Key, facts.Config),
        (facts, key) => [key.Provider, facts.Config.Treasury, facts.Config.Platform], dryRun, cancellationToken);

    /// <summary>Ends it: what is due is paid, the rest goes back to the renter.</summary>
    public Task<LeaseChange> CancelAsync(string lease, bool dryRun, CancellationToken cancellationToken) => ChangeAsync(
        lease, "lease-cancel",
        (facts, state) => LeaseInstructions.Cancel(Chain.Program, state.Key, facts.Config, Chain.Wallet),
        (facts, key) => [key.Provider, facts.Config.Treasury, facts.Config.Platform, key.Renter],
        dryRun, cancellationToken);

    private async Task<LeaseChange> ChangeAsync(
        string lease, string purpose, Func<ClusterFacts, LeaseState, Instruction> make,
        Func<ClusterFacts, LeaseKey, IReadOnlyList<Address>> tokenOwners, bool dryRun,
        CancellationToken cancellationToken)
    {
        ClusterFacts facts = await Chain.FactsAsync(cancellationToken).ConfigureAwait(false);
        Address address = ContractWork.Parse(lease, Kind);
        LeaseState state = await Chain.LeaseAsync(address, cancellationToken).ConfigureAwait(false)
            ?? throw new PaymentException(
                PaymentCodes.ContractUnknown, $"There is no lease at {address}; it is closed, or never was.");
        LeaseView before = View(address, state);
        return await ChangeAsync(
            before, address,
            new TransactionOrder
            {
                Purpose = purpose,

                // What was released only rises, so each release is a payment of its own.
                Key = $"{address}/{state.Released}",
                What = $"{purpose[6..]} of the lease {address}",
                Mint = state.Key.Mint,
                TokenOwners = tokenOwners(facts, state.Key),
                Compose = _ => [make(facts, state)],
            },
            dryRun, cancellationToken).ConfigureAwait(false);
    }

    private async Task<LeaseChange> ChangeAsync(
        LeaseView? before, Address address, TransactionOrder order, bool dryRun, CancellationToken cancellationToken)
    {
        SpendView spend = await work.RunAsync(order, dryRun, cancellationToken).ConfigureAwait(false);
        if (dryRun)
        {
            return new LeaseChange { Before = before, Spend = spend };
        }

        LeaseState? now = await Chain.LeaseAsync(address, cancellationToken).ConfigureAwait(false);
        LeaseView? after = now is not null ? View(address, now)
            : before is null ? null
            : before with { State = ContractViews.Closed, Released = before.Released + before.Due, Due = 0, Left = 0 };
        if (after is { Role: "renter" })
        {
            await KeepAsync(after, cancellationToken).ConfigureAwait(false);
        }

        return new LeaseChange { Before = before, After = after, Spend = spend };
    }

    private LeaseView View(Address address, LeaseState lease)
    {
        Chain.Learn(ContractViews.AssetOf(lease.Key.Mint, lease.Terms));
        return ContractViews.Of(address, lease, Chain.Wallet, time.GetUtcNow());
    }

    private Task KeepAsync(LeaseView view, CancellationToken cancellationToken) => table.SetAsync(
        Kind, view.Address, JsonSerializer.Serialize(view, ApiJson.Default.LeaseView), time.GetUtcNow(),
        cancellationToken);
}
