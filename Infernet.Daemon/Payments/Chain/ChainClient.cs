using System.Buffers.Binary;
using Infernet.Core.Api;
using Infernet.Core.Payments;
using Infernet.Daemon.Payments.Spending;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Rpc;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Chain;

/// <summary>
/// What this node reads from the chain. It opens without asking anybody: a dead cluster shows in <see cref="Problem"/>
/// and as "rpc-unreachable" at whoever asks, and nothing waits for it longer than the options say.
/// </summary>
internal sealed class ChainClient : IAsyncDisposable
{
    private const int TokenOwnerAt = 32;
    private const int TokenAmountAt = 64;

    private readonly ChainOptions _options;
    private readonly AmountNames _names;
    private readonly HttpClient _http;
    private readonly FactFinder _facts;
    private readonly StakeCache _stakes;

    private ChainClient(
        ChainOptions options, Address wallet, AmountNames names, HttpClient http, TimeProvider time, Random random)
    {
        (_options, _names, _http, Wallet) = (options, names, http, wallet);
        Rpc = new SolanaRpc(http, options.Rpc(), time, random);
        _facts = new FactFinder(this, options, time);
        _stakes = new StakeCache(options, time);
    }

    /// <summary>The wallet's address: where this node is paid, and what it pays from.</summary>
    public Address Wallet { get; }

    /// <summary>The settlement program.</summary>
    public Address Program => _options.Program;

    /// <summary>What work is paid in; the default address for lamports.</summary>
    public Address Mint => _options.Mint;

    /// <summary>Lamports that a transaction may offer, beside its signatures' fee, for being taken early.</summary>
    public ulong MaxPriorityFee => _options.MaxPriorityFee;

    /// <summary>Why the cluster can't be used at the moment; null when it can, or nobody has asked yet.</summary>
    public string? Problem => _facts.Problem;

    /// <summary>All endpoints as one, for sending.</summary>
    internal SolanaRpc Rpc { get; }

    /// <summary>Opens it; nothing is asked.</summary>
    /// <exception cref="ApiException">The options make no sense.</exception>
    public static ChainClient Open(
        ChainOptions options, Address wallet, AmountNames names, TimeProvider time, Random random)
    {
        var http = new HttpClient(
            options.Handler?.Invoke() ?? new SocketsHttpHandler
            {
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),

                // An endpoint must not have this node ask services that only this node can reach.
                AllowAutoRedirect = false,
            })
        {
            // Each request has its own limit.
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
        try
        {
            return new ChainClient(options.Validated(), wallet, names, http, time, random);
        }
        catch (ArgumentException wrong)
        {
            http.Dispose();
            throw new ApiException("invalid", $"The settings of the cluster can't be used: {wrong.Message}");
        }
    }

    /// <summary>Cluster, program and asset; remembered for a while.</summary>
    /// <exception cref="PaymentException">
    /// The cluster can't be asked, or is another one; the program is not there; what is paid in is no mint.
    /// </exception>
    public ValueTask<ClusterFacts> FactsAsync(CancellationToken cancellationToken) => _facts.GetAsync(cancellationToken);

    /// <summary>A channel; null if there is none at this address, or it is closed.</summary>
    public async Task<ChannelState?> ChannelAsync(Address channel, CancellationToken cancellationToken) =>
        await AccountAsync(channel, cancellationToken).ConfigureAwait(false) is { } account
        && account.Owner == Program && ChannelState.TryRead(account.Data.Span, out ChannelState state)
        && state.Key.Derive(Program).Address == channel ? state : null;

    /// <summary>An escrow; null if there is none at this address.</summary>
    public async Task<EscrowState?> EscrowAsync(Address escrow, CancellationToken cancellationToken) =>
        await AccountAsync(escrow, cancellationToken).ConfigureAwait(false) is { } account
        && account.Owner == Program && EscrowState.TryRead(account.Data.Span, out EscrowState state)
        && state.Key.Derive(Program).Address == escrow ? state : null;

    /// <summary>Somebody's stake; null if it has none. Remembered for a while.</summary>
    public Task<NodeState?> StakeAsync(Address owner, CancellationToken cancellationToken) =>
        _stakes.GetAsync(owner, () => FreshStakeAsync(owner, cancellationToken));

    /// <summary>Somebody's stake as it is now; null if it has none.</summary>
    public async Task<NodeState?> FreshStakeAsync(Address owner, CancellationToken cancellationToken)
    {
        Address node = NodeState.Derive(Program, owner).Address;
        NodeState? stake = await AccountAsync(node, cancellationToken).ConfigureAwait(false) is { } account
            && account.Owner == Program && NodeState.TryRead(account.Data.Span, out NodeState state)
            && state.Owner == owner ? state : null;
        _stakes.Put(owner, stake);
        return stake;
    }

    /// <summary>Refuses an address that no contract can ever pay to; asks nobody.</summary>
    /// <exception cref="PaymentException">It is one; says why.</exception>
    public void RequirePayable(Address payee)
    {
        if (payee == Program || Payees.FindProblem(payee) is not null)
        {
            string reason = Payees.FindProblem(payee) ?? "is the settlement program itself";
            throw new PaymentException(
                PaymentCodes.Refused, $"Nothing can be paid to {payee}: it {reason}. Nothing was spent.");
        }
    }

    /// <summary>Refuses an address that is nobody's wallet: a channel's payee has to sign, and to be paid.</summary>
    /// <exception cref="PaymentException">It is none; says why.</exception>
    public async Task RequireWalletAsync(Address payee, CancellationToken cancellationToken)
    {
        RequirePayable(payee);
        AccountData? account = await AccountAsync(payee, cancellationToken).ConfigureAwait(false);
        string? problem = Payees.FindWalletProblem(payee)
            ?? (account is null || account.Owner == WellKnown.SystemProgram
                ? null
                : $"is no wallet, but an account of the program {account.Owner}");
        if (problem is not null)
        {
            throw new PaymentException(
                PaymentCodes.Refused, $"No channel can pay {payee}: it {problem}. Nothing was spent.");
        }
    }

    /// <summary>What somebody has of a mint (the default address for lamports), in the smallest unit.</summary>
    public async Task<ulong> BalanceAsync(Address owner, Address mint, CancellationToken cancellationToken)
    {
        if (mint == default)
        {
            return await AskAsync(r => r.GetBalanceAsync(owner, cancellationToken)).ConfigureAwait(false);
        }

        AccountData? account = await AccountAsync(AssociatedToken.Find(owner, mint), cancellationToken)
            .ConfigureAwait(false);
        return account is { Data.Length: TokenProgram.AccountLength } && account.Owner == WellKnown.TokenProgram
            && new Address(account.Data.Span.Slice(TokenOwnerAt, Address.Length)) == owner
            ? BinaryPrimitives.ReadUInt64LittleEndian(account.Data.Span[TokenAmountAt..]) : 0;
    }

    /// <summary>The same by asset.</summary>
    public Task<ulong> BalanceAsync(Address owner, Asset asset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(asset);
        return BalanceAsync(owner, new Address(asset.MintBytes), cancellationToken);
    }

    public Task<ulong> SlotAsync(CancellationToken cancellationToken) => AskAsync(r => r.GetSlotAsync(cancellationToken));

    public Task<AccountData?> AccountAsync(Address account, CancellationToken cancellationToken) =>
        AskAsync(r => r.GetAccountAsync(account, cancellationToken));

    /// <summary>Contracts that a list shows.</summary>
    public int MaxListed => _options.MaxListed;

    /// <summary>
    /// Where the program's accounts of one length lie that hold an address at one place, with a part of each.
    /// </summary>
    public Task<IReadOnlyList<(Address Address, AccountData Account)>> ProgramAccountsAsync(
        int length, int at, Address holds, Range part, CancellationToken cancellationToken) =>
        AskAsync(r => r.GetProgramAccountsAsync(Program, length, at, holds, part, cancellationToken));

    /// <summary>Accounts by their addresses, those that are there.</summary>
    public async Task<IReadOnlyList<(Address Address, AccountData Account)>> AccountsAsync(
        IReadOnlyList<Address> addresses, CancellationToken cancellationToken)
    {
        var all = new List<(Address, AccountData)>();
        foreach (Address[] page in addresses.Chunk(SolanaRpc.MaxAccounts))
        {
            IReadOnlyList<AccountData?> read = await AskAsync(r => r.GetAccountsAsync(page, cancellationToken))
                .ConfigureAwait(false);
            all.AddRange(page.Zip(read).Where(p => p.Second is not null).Select(p => (p.First, p.Second!)));
        }

        return all;
    }

    /// <summary>Shows an amount of a mint for people.</summary>
    public string Show(Address mint, ulong amount) => _names.Show(mint, amount);

    /// <summary>The asset of a mint.</summary>
    public Asset AssetOf(Address mint) => _names.AssetOf(mint);

    public async ValueTask DisposeAsync()
    {
        await _facts.DisposeAsync().ConfigureAwait(false);
        _http.Dispose();
    }

    internal void Learn(Asset asset) => _names.Learn(asset);

    /// <summary>Takes a contract's word for a mint that nothing is known of.</summary>
    internal void Hear(Asset asset) => _names.Hear(asset);

    /// <summary>Asks the cluster, and says in our words that it can't be asked.</summary>
    internal async Task<T> AskAsync<T>(Func<SolanaRpc, Task<T>> ask)
    {
        try
        {
            return await ask(Rpc).ConfigureAwait(false);
        }
        catch (RpcException failure)
        {
            string endpoints = string.Join(", ", Rpc.Options.Endpoints.Select(EndpointName.Of));
            throw new PaymentException(
                PaymentCodes.RpcUnreachable,
                $"The cluster at {endpoints} can't be asked: {failure.Message} Nothing was spent by this; check rpc_urls, "
                + "or try again later.",
                failure);
        }
    }
}
