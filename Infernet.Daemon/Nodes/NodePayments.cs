using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Contracts;
using Infernet.Daemon.Payments.Earning;
using Infernet.Daemon.Payments.Escrows;
using Infernet.Daemon.Payments.Paying;
using Infernet.Daemon.Payments.Spending;
using Infernet.Daemon.Reputation;
using Infernet.Dht;
using Infernet.Libp2p.Hosting;
using Infernet.Solana.Settlement;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Nodes;

/// <summary>
/// Everything about money on a node that pays and is paid: the wallet behind its guard, the chain, and what is done
/// there. Opening needs the wallet, but not the cluster: whatever that fails at shows among the problems.
/// </summary>
internal sealed class NodePayments : IAsyncDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ChainWatch _watch;
    private readonly NodeIdentity _identity;
    private volatile string? _noMember;
    private Task _watching = Task.CompletedTask;

    private NodePayments(
        PaymentOptions options, GuardedWallet wallet, Libp2pHost host, KademliaDht dht, NodeJournal journal,
        ReputationService reputation, TimeProvider time, ILoggerFactory loggers, Teardown teardown)
    {
        _time = time;
        var names = new AmountNames();
        Random NewRandom() => new();
        Chain = teardown.Own(ChainClient.Open(options.Chain, wallet.Address, names, time, NewRandom()));
        Spending = new SpendingLedger(
            journal.Spending, SpendingCaps.Of(options.Chain), wallet.Reader, names, time);
        Vouchers = new GuardedVoucherSigner(host.Identity);
        Desk = teardown.Own(new TransactionDesk(
            Chain, options.Chain, wallet, Spending, journal.Transactions, time,
            loggers.CreateLogger<TransactionDesk>()));
        var work = new ContractWork(Chain, Desk);
        Stakes = new StakeDesk(work, host.Id, NewRandom());
        Leases = new LeaseDesk(work, journal.Contracts, time, NewRandom());
        Escrows = new EscrowDesk(work, journal.Contracts, time, NewRandom());
        Slashes = new SlashDesk(work, Stakes);
        _watch = new ChainWatch(Chain, Desk, Stakes);
        Payer = teardown.Own(new Payer(
            host.Identity, Chain, Desk, Spending, Vouchers, new PayClient(host, time), Escrows, journal.Pay, options.Paying, time,
            loggers));
        AttestDesk? member = options.Committee
            ? new AttestDesk(
                host.Identity, Chain.Program, Chain.FactsAsync, Chain.EscrowAsync, options.Earning.ChainTimeout, time)
            : null;
        Committee = member is null ? null : teardown.Own(new AnswerService<ReleaseRequest, ReleaseAnswer>(
            new OneAnswer<ReleaseRequest, ReleaseAnswer>(
                ReleaseRequest.Parser, AttestProtocol.MaxMessageSize, _ => false, member.AnswerAsync, AttestDesk.Refuse),
            AttestProtocol.Limits, time, loggers.CreateLogger<AttestDesk>()));
        _identity = host.Identity;
        var committee = new CommitteeClient(
            Chain.Program, Chain.FactsAsync, Chain.EscrowAsync, new CommitteeLinks(host, dht, member, time).AskAsync);
        Earner = NodeEarning.Open(
            options, host.Id, NodeEarning.ChainOf(Chain, Desk, Escrows, committee), journal, reputation, time, loggers,
            teardown);
    }

    public ChainClient Chain { get; }

    public TransactionDesk Desk { get; }

    public SpendingLedger Spending { get; }

    public GuardedVoucherSigner Vouchers { get; }

    public StakeDesk Stakes { get; }

    public LeaseDesk Leases { get; }

    public EscrowDesk Escrows { get; }

    public SlashDesk Slashes { get; }

    /// <summary>How many jobs at once the node's stake stands for; 0 where nothing is staked.</summary>
    public uint StakedJobs => _watch.StakedJobs;

    public Payer Payer { get; }

    /// <summary>Signs for releases as a member of the committee; null where that is not wanted.</summary>
    public AnswerService<ReleaseRequest, ReleaseAnswer>? Committee { get; }

    /// <summary>Gets this node paid.</summary>
    public Earner Earner { get; }

    /// <summary>Opens the wallet and what stands on it; the teardown owns all of it.</summary>
    /// <exception cref="ApiException">There is no wallet, or a setting makes no sense.</exception>
    public static NodePayments Open(
        PaymentOptions payments, NodeOptions options, Libp2pHost host, KademliaDht dht, NodeJournal journal,
        ReputationService reputation, ILoggerFactory loggers, Teardown teardown)
    {
        var wallet = GuardedWallet.Load(
            payments.Chain.WalletFile ?? Path.Combine(options.Home, "wallet.json"), payments.Chain.WalletPassphrase,
            payments.Chain.Program);
        return teardown.Own(new NodePayments(
            payments, wallet, host, dht, journal, reputation, options.Time, loggers, teardown));
    }

    /// <summary>Goes on with what an earlier run left on its way; asks the cluster now and then how it is.</summary>
    public void Start()
    {
        _watching = Task.Run(() => WatchAsync(_stopping.Token));
        Payer.Start();
    }

    /// <summary>What does not work at the moment, for people.</summary>
    public IEnumerable<string> Problems() =>
    [
        .. _watch.Problem is { } chain ? [$"payments: {chain}"] : Array.Empty<string>(),
        .. Desk.Problems,
        .. _noMember is { } member ? [$"payments: {member}"] : Array.Empty<string>(),
        .. Earner.Problem is { } earning ? [$"payments: {earning}"] : Array.Empty<string>(),
    ];

    /// <summary>Stops watching; the parts are the teardown's.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Stakes.Dispose();
        _stopping.Dispose();
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await _watch.LookAsync(cancellationToken).ConfigureAwait(false);
            await LookAtCommitteeAsync(cancellationToken).ConfigureAwait(false);
            await Task.Delay(LookAgain, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task LookAtCommitteeAsync(CancellationToken cancellationToken)
    {
        if (Committee is null)
        {
            return;
        }

        try
        {
            SettlementConfig config = (await Chain.FactsAsync(cancellationToken).ConfigureAwait(false)).Config;
            _noMember = AttestDesk.FindProblem(config, _identity) is { } problem
                ? $"'committee' is on, and {problem}: nobody will ask this node to sign" : null;
        }
        catch (PaymentException)
        {
            // It stands among the problems.
        }
    }
}
