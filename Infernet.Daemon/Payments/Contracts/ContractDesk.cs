using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Infernet.Core.Api;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Spending;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Rpc;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Daemon.Payments.Contracts;

/// <summary>
/// What escrows and leases have in common: an account of the program between this node's wallet and somebody else's. It
/// is listed as the chain has it, and those of this node stay in the journal when the chain has forgotten them.
/// </summary>
internal abstract class ContractDesk<TState, TView>(ContractWork work, ContractTable table, TimeProvider time)
    where TState : class
    where TView : ContractView
{
    // Where an account holds its two sides, the one that pays first; see programs/settlement/src/state.h.
    private static readonly int[] SidesAt = [8, 40];

    // Accounts that are remembered to have been made for others.
    private const int MaxOthers = 256;

    // And what it is in, where that has its place in both kinds.
    private const int MintAt = 72;

    // One for each occasion, so that a payment which is tried again does not cost an account each time.
    private readonly ConcurrentDictionary<string, SolanaKey> _others = new();

    /// <summary>"escrow", "lease".</summary>
    protected abstract string Kind { get; }

    /// <summary>The purpose of the transaction that opens one.</summary>
    protected abstract string Opening { get; }

    /// <summary>An account's bytes.</summary>
    protected abstract int Length { get; }

    /// <summary>Where in an account those bytes are that say what it is worth; behind the mint.</summary>
    protected abstract int WorthAt { get; }

    protected abstract int WorthLength { get; }

    protected abstract JsonTypeInfo<TView> Json { get; }

    protected ChainClient Chain => work.Chain;

    /// <summary>Whether one is being opened at this moment.</summary>
    public bool IsOpening => work.IsPending(Opening);

    protected DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Those that the chain has, of either role, and those of this node that have ended.</summary>
    public async Task<IReadOnlyList<TView>> ListAsync(CancellationToken cancellationToken) =>
        (await FindAllAsync(cancellationToken).ConfigureAwait(false)).Shown;

    /// <summary>
    /// The same, those that this wallet pays first, and a sentence on what is left out. Anybody may open contracts that pay
    /// this wallet, as many as he likes: of those, what is in this node's asset and large comes first.
    /// </summary>
    public async Task<(IReadOnlyList<TView> Shown, string? LeftOut)> FindAllAsync(CancellationToken cancellationToken)
    {
        _ = await Chain.FactsAsync(cancellationToken).ConfigureAwait(false);
        var live = new HashSet<string>();
        var all = new List<TView>();
        var leftOut = new List<string>();
        foreach (int at in SidesAt)
        {
            (IReadOnlyList<Address> addresses, string? rest) = await SideAsync(at, cancellationToken).ConfigureAwait(false);
            foreach ((Address address, AccountData account) in await Chain
                .AccountsAsync(addresses, cancellationToken).ConfigureAwait(false))
            {
                // Others pay what they like to this wallet, in a mint of their own if they like: what can't be shown must
                // not hide the rest.
                if (TryRead(address, account, out TState state) && ContractViews.CanShow(TermsOf(state).Terms)
                    && live.Add(address.ToString()))
                {
                    all.Add(View(address, state));
                }
            }

            leftOut.AddRange(rest is null ? [] : [rest]);
        }

        foreach (TView kept in table.All(Kind, Chain.MaxListed)
            .Select(json => JsonSerializer.Deserialize(json, Json)!).Where(v => !live.Contains(v.Address)))
        {
            if (await work.StateWithoutChainAsync(Opening, kept.Address, kept.State, cancellationToken)
                .ConfigureAwait(false) is { } state)
            {
                all.Add(state == ContractViews.Opening ? kept : Closed(kept));
            }
        }

        return (all, leftOut.Count == 0 ? null : string.Join(' ', leftOut));
    }

    // Only addresses and what they are worth at first: whole accounts of some ten thousand strangers fit no answer.
    private async Task<(IReadOnlyList<Address> Addresses, string? LeftOut)> SideAsync(
        int at, CancellationToken cancellationToken)
    {
        string whose = at == SidesAt[0] ? "that this wallet pays" : "that pay this wallet";
        IReadOnlyList<(Address Address, AccountData Account)> found;
        try
        {
            found = await Chain.ProgramAccountsAsync(Length, at, Chain.Wallet, MintAt..(WorthAt + WorthLength), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (PaymentException tooMany) when (tooMany.InnerException is RpcException { Problem: RpcProblem.BadAnswer })
        {
            return ([], $"The {Kind}s {whose} can't be listed: {tooMany.InnerException.Message}");
        }

        Address[] first =
        [
            .. found.Where(f => f.Account.Data.Length == WorthAt + WorthLength - MintAt)
                .OrderByDescending(f => new Address(f.Account.Data.Span[..Address.Length]) == Chain.Mint)
                .ThenByDescending(f => WorthOf(f.Account.Data.Span[(WorthAt - MintAt)..]))
                .Select(f => f.Address).Take(Chain.MaxListed),
        ];
        int more = found.Count - first.Length;
        return (first, more == 0 ? null : $"{more} more {Kind}s {whose} are not shown; the {first.Length} largest are.");
    }

    /// <summary>The address that somebody wrote: whole, or as much of one of this wallet's as tells it from the others.</summary>
    /// <exception cref="ApiException">It is neither; or more than one begins so.</exception>
    protected async Task<Address> ResolveAsync(string text, CancellationToken cancellationToken)
    {
        if (Address.TryParse(text, out Address address))
        {
            return address;
        }

        string[] found = text.Length < ContractWork.LeastPrefix ? [] :
        [
            .. (await ListAsync(cancellationToken).ConfigureAwait(false)).Select(v => v.Address)
                .Where(a => a.StartsWith(text, StringComparison.Ordinal)),
        ];
        return found.Length == 1 ? Address.Parse(found[0]) : throw new ApiException(
            "invalid",
            $"'{text}' is no address of {(Kind[0] == 'e' ? "an" : "a")} {Kind}, and {(found.Length == 0 ? "none" : $"{found.Length}")} of this wallet's "
            + $"begin{(found.Length > 1 ? "" : "s")} so: 32 bytes in base58 are needed, or {ContractWork.LeastPrefix} "
            + $"characters or more of one of them; see 'infernet {Kind} list'.");
    }

    protected abstract bool TryRead(ReadOnlySpan<byte> data, out TState state);

    protected abstract Address AddressOf(TState state);

    /// <summary>What one is worth, in the smallest unit, by the bytes that say so.</summary>
    protected abstract ulong WorthOf(ReadOnlySpan<byte> bytes);

    protected abstract (Address Mint, Terms Terms) TermsOf(TState state);

    protected abstract TView Show(Address address, TState state, DateTimeOffset now);

    /// <summary>The contract as it was last seen, now that it is closed.</summary>
    protected abstract TView Closed(TView last);

    /// <summary>The same, where it was this node that closed it just now.</summary>
    protected virtual TView ClosedNow(TView last) => Closed(last);

    /// <summary>
    /// Refuses an amount in lamports of which nothing can be paid out: an empty account takes no less than its rent.
    /// </summary>
    /// <exception cref="PaymentException">It is so small, and the payee has nothing.</exception>
    protected async Task RequireAboveDustAsync(
        Address payee, ulong amount, ClusterFacts facts, CancellationToken cancellationToken)
    {
        SettlementConfig config = facts.Config;
        ulong paid = new Terms(config.ProtocolShare, config.PlatformShare, config.BurnShare, 0, 0).Divide(0, amount).Payee;
        if (facts.Asset.IsLamports && paid < facts.RentFloor
            && await Chain.BalanceAsync(payee, default(Address), cancellationToken).ConfigureAwait(false) == 0)
        {
            throw new PaymentException(
                PaymentCodes.Dust,
                $"The wallet {payee} is empty, and of {facts.Asset.Show(amount)} it would get {facts.Asset.Show(paid)}, less "
                + $"than the rent of an account ({facts.Asset.Show(facts.RentFloor)}), which the cluster refuses to pay: put "
                + "more aside, or have somebody send it that much first. Nothing was spent.");
        }
    }

    /// <summary>How far the transaction came that opens the one at an address; null if there was none.</summary>
    /// <exception cref="PaymentException">The cluster can't be asked.</exception>
    public Task<TransactionState?> OpeningOfAsync(Address address, CancellationToken cancellationToken) =>
        StateOfAsync(Opening, $"{address}", cancellationToken);

    /// <summary>How far the last transaction of a purpose and key came; null if there was none.</summary>
    protected Task<TransactionState?> StateOfAsync(string purpose, string key, CancellationToken cancellationToken) =>
        work.StateOfAsync(purpose, key, cancellationToken);

    /// <summary>
    /// Where somebody's tokens go in a payment that he might wish to prevent: his usual account or, if he gave that away, or
    /// its issuer froze it, another one that is made before, at the cost of whoever sends the payment.
    /// </summary>
    protected async Task<(Func<Instruction, Instruction> Redirect, TransactionOrder? First)> RedirectAsync(
        Address owner, Address mint, string occasion, CancellationToken cancellationToken)
    {
        Address usual = mint == default ? owner : AssociatedToken.Find(owner, mint);
        if (mint == default || await Chain.AccountAsync(usual, cancellationToken).ConfigureAwait(false) is not { } there
            || TokenProgram.IsUsable(there.Owner, there.Data.Span, mint, owner))
        {
            return (i => i, null);
        }

        if (_others.Count >= MaxOthers)
        {
            _others.Clear();
        }

        SolanaKey other = _others.GetOrAdd(occasion, _ => SolanaKey.Generate());
        bool made = await Chain.AccountAsync(other.Address, cancellationToken).ConfigureAwait(false) is not null;
        return (
            i => i with
            {
                Accounts = [.. i.Accounts.Select(a => a.Address == usual ? a with { Address = other.Address } : a)],
            },
            made ? null : new TransactionOrder
            {
                Purpose = "token-account", Key = other.Address.ToString(),
                What = $"making a token account for {owner}, whose usual one {usual} can't be paid to",
                ExtraSigners = [other],
                Compose = _ =>
                [
                    SystemProgram.CreateAccount(
                        Chain.Wallet, other.Address, TransactionOutflow.Rent(TokenProgram.AccountLength),
                        TokenProgram.AccountLength, WellKnown.TokenProgram),
                    TokenProgram.InitializeAccount(other.Address, mint, owner),
                ],
            });
    }

    /// <summary>Opens one. The journal has its view before anything is signed.</summary>
    /// <exception cref="PaymentException">It can't be paid, or there was one at this address before.</exception>
    protected async Task<(TView? After, SpendView Spend)> OpenAsync(
        TView opening, TransactionOrder order, bool dryRun, CancellationToken cancellationToken)
    {
        if (!dryRun && await work.StateOfAsync(Opening, opening.Address, cancellationToken).ConfigureAwait(false)
            is not (TransactionState.Done or TransactionState.Told))
        {
            await KeepAsync(opening, cancellationToken).ConfigureAwait(false);
        }

        (SpendView spend, bool repeated) = await work.RunAsync(order, dryRun, cancellationToken).ConfigureAwait(false);
        return !repeated
            ? (await AfterAsync(null, Address.Parse(opening.Address), dryRun, cancellationToken).ConfigureAwait(false), spend)
            : throw new PaymentException(
                PaymentCodes.Refused,
                $"The {Kind} {opening.Address} was opened before, by the transaction {spend.Transaction}; what it is for can "
                + "have one only. Nothing was spent by this.");
    }

    /// <summary>Does something to one that is there.</summary>
    protected async Task<(TView? After, SpendView Spend)> ChangeAsync(
        TView before, TransactionOrder order, bool dryRun, CancellationToken cancellationToken)
    {
        (SpendView spend, _) = await work.RunAsync(order, dryRun, cancellationToken).ConfigureAwait(false);
        return (await AfterAsync(before, Address.Parse(before.Address), dryRun, cancellationToken).ConfigureAwait(false), spend);
    }

    /// <summary>One that is on the chain.</summary>
    /// <exception cref="PaymentException">There is none.</exception>
    protected async Task<TState> RequireAsync(Address address, CancellationToken cancellationToken) =>
        await FindAsync(address, cancellationToken).ConfigureAwait(false) ?? throw new PaymentException(
            PaymentCodes.ContractUnknown, $"There is no {Kind} at {address}; it is closed, or never was.");

    protected TView View(Address address, TState state)
    {
        (Address mint, Terms terms) = TermsOf(state);
        Chain.Hear(ContractViews.AssetOf(mint, terms));
        return Show(address, state, Now);
    }

    private async Task<TView?> AfterAsync(TView? before, Address address, bool dryRun, CancellationToken cancellationToken)
    {
        if (dryRun)
        {
            return null;
        }

        TView? after = await FindAsync(address, cancellationToken).ConfigureAwait(false) is { } now
            ? View(address, now)
            : before is null ? null : ClosedNow(before);
        if (after is { Role: "payer" or "renter" })
        {
            await KeepAsync(after, cancellationToken).ConfigureAwait(false);
        }

        return after;
    }

    private async Task<TState?> FindAsync(Address address, CancellationToken cancellationToken) =>
        await Chain.AccountAsync(address, cancellationToken).ConfigureAwait(false) is { } account
        && TryRead(address, account, out TState state) ? state : null;

    // The program has accounts of one length but of several kinds; and an endpoint may say anything.
    private bool TryRead(Address address, AccountData account, out TState state)
    {
        state = null!;
        return account.Owner == Chain.Program && TryRead(account.Data.Span, out state) && AddressOf(state) == address;
    }

    private Task KeepAsync(TView view, CancellationToken cancellationToken) => table.SetAsync(
        Kind, view.Address, JsonSerializer.Serialize(view, Json), Now, cancellationToken);
}
