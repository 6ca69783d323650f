using Infernet.Core.Identity;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Contracts;
using Infernet.Daemon.Payments.Spending;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;
using Infernet.Solana.Tests.Chain;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Daemon.Tests.Payments;

/// <summary>
/// The chain's half of a node that pays, over the real local ledger: wallet, journal, client and desks. It can die and
/// come back over the same file.
/// </summary>
internal sealed class PaymentBench : IAsyncDisposable
{
    public const ulong Cap = 5_000_000_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("infernet-pay-").FullName;
    private ChainOptions _options;

    private PaymentBench(SettlementChain chain, SolanaKey wallet)
    {
        (Ledger, WalletKey) = (chain, wallet);
        Time = new ChainTime(chain);
        _options = new ChainOptions
        {
            Endpoints = [chain.Ledger.Http],
            Program = chain.Program,
            Mint = chain.Mint,
            DailyCap = Cap,
            DailyStake = Cap,
            RequestsPerSecond = 1_000_000,
            PollInterval = TimeSpan.FromMilliseconds(1),
            RebroadcastInterval = TimeSpan.FromMilliseconds(5),
            Handler = Wire.Handler,
        };
    }

    public SettlementChain Ledger { get; }

    /// <summary>The journal's.</summary>
    public string File => Path.Combine(_folder, "infernet.db");

    public SolanaKey WalletKey { get; }

    public ChainTime Time { get; }

    public Wire Wire { get; } = new();

    public NodeIdentity Identity { get; } = NodeIdentity.FromSeed(new byte[32]);

    public NodeJournal Journal { get; private set; } = null!;

    public GuardedWallet Wallet { get; private set; } = null!;

    public ChainClient Client { get; private set; } = null!;

    public SpendingLedger Spending { get; private set; } = null!;

    public TransactionDesk Desk { get; private set; } = null!;

    public StakeDesk Stakes { get; private set; } = null!;

    public LeaseDesk Leases { get; private set; } = null!;

    public EscrowDesk Escrows { get; private set; } = null!;

    public SlashDesk Slashes { get; private set; } = null!;

    /// <summary>What left the wallet today, in lamports, as the spending ledger has it.</summary>
    public ulong Locked => Spending.Today(default).Locked;

    /// <summary>With a wallet of 10 SOL, and tokens where the chain has them.</summary>
    public static async Task<PaymentBench> StartAsync(SettlementChain chain, Func<ChainOptions, ChainOptions>? change = null)
    {
        var bench = new PaymentBench(chain, await chain.NewPersonAsync());
        bench._options = change?.Invoke(bench._options) ?? bench._options;
        bench.Open();
        return bench;
    }

    public void Open(Action<long, bool>? atCommit = null)
    {
        Journal = NodeJournal.Open(
            new JournalOptions { Path = File, AtCommit = atCommit });
        Wallet = new GuardedWallet(WalletKey, Ledger.Program);
        var names = new AmountNames();
        Client = ChainClient.Open(_options, Wallet.Address, names, Time, new Random(1));
        Spending = new SpendingLedger(
            Journal.Spending, SpendingCaps.Of(_options), Wallet.Reader, names, Time);
        Desk = new TransactionDesk(
            Client, _options, Wallet, Spending, Journal.Transactions, Time, NullLogger.Instance);
        var work = new ContractWork(Client, Desk);
        var random = new Random(7);
        Stakes = new StakeDesk(work, Identity.Id, random);
        Leases = new LeaseDesk(work, Journal.Contracts, Time, random);
        Escrows = new EscrowDesk(work, Journal.Contracts, Time, random);
        Slashes = new SlashDesk(work, Stakes);
    }

    /// <summary>Ends without finishing anything.</summary>
    public async Task CloseAsync()
    {
        await Desk.DisposeAsync();
        Stakes.Dispose();
        await Client.DisposeAsync();
        await Journal.DisposeAsync();
    }

    /// <summary>The same node again, some options changed, over the same journal.</summary>
    public async Task ReopenAsync(Func<ChainOptions, ChainOptions>? change = null)
    {
        await CloseAsync();
        _options = change?.Invoke(_options) ?? _options;
        Open();
    }

    /// <summary>A channel of this wallet that can be opened now.</summary>
    public async Task<ChannelKey> NewChannelAsync(ulong salt = 1) => new(
        Wallet.Address, (await Ledger.NewPersonAsync()).Address, Ledger.Mint, new Address(Identity.PublicKey), salt,
        await Ledger.Rpc.GetSlotAsync(default));

    public TransactionOrder OpenOrder(ChannelKey key, ulong deposit) => new()
    {
        Purpose = "channel-open",
        Key = key.Derive(Ledger.Program).Address.ToString(),
        What = "opening a channel",
        Mint = key.Mint,
        TokenOwners = [key.Derive(Ledger.Program).Address],
        Compose = _ => [ChannelInstructions.Open(Ledger.Program, key, deposit, Ledger.Now + 100_000)],
    };

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Wire.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
