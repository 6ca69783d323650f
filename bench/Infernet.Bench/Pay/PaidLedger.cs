using Infernet.Bench.Processes;
using Infernet.Core.Schemas;
using Infernet.Daemon.Nodes;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Earning;
using Infernet.Daemon.Payments.Paying;
using Infernet.Solana.Histories.Chain;
using Infernet.Solana.Keys;
using Infernet.Solana.Rpc;

namespace Infernet.Bench.Pay;

/// <summary>A ledger whose clock runs, with the program configured, that gives each node a wallet with lamports.</summary>
internal sealed class PaidLedger : IAsyncDisposable
{
    private const ulong Sol = 1_000_000_000;

    private readonly LocalLedger _ledger;
    private readonly HttpClient _http;
    private readonly SolanaRpc _rpc;

    private PaidLedger(LocalLedger ledger, HttpClient http, SolanaRpc rpc) => (_ledger, _http, _rpc) = (ledger, http, rpc);

    public static async Task<PaidLedger> StartAsync(CancellationToken ct)
    {
        LocalLedger ledger = await LocalLedger.StartAsync(Repository.Root, "--port", "0");
        var http = new HttpClient();
        var rpc = new SolanaRpc(
            http, new RpcOptions { Endpoints = [ledger.Http], RequestsPerSecond = 1_000 }, TimeProvider.System, new Random(1));
        await PaidChannel.ConfigureAsync(ledger, rpc, ct);
        return new PaidLedger(ledger, http, rpc);
    }

    /// <summary>The options of a node that pays and is paid, with a new wallet of 10 SOL in its home.</summary>
    public NodeOptions Pays(NodeOptions options)
    {
        string file = Path.Combine(Directory.CreateDirectory(options.Home).FullName, "wallet.json");
        Address wallet = WalletFile.Create(file).Address;
        _rpc.RequestAirdropAsync(wallet, 10 * Sol, default).GetAwaiter().GetResult();
        return options with
        {
            Payments = new PaymentOptions
            {
                Chain = new ChainOptions
                {
                    Endpoints = [_ledger.Http], WebSocket = _ledger.WebSocket, Program = _ledger.Program, DailyCap = 8 * Sol,
                    RequestsPerSecond = 1_000, PollInterval = TimeSpan.FromMilliseconds(50),
                },
                Paying = new PayingOptions { JobBudget = 4 * Sol, ChannelDeposit = 5 * Sol },
                Earning = new EarningOptions
                {
                    Prices = options.Serve
                        ? new PriceList { InputPerMillionTokens = 3_000_000, OutputPerMillionTokens = 6_000_000 }
                        : new PriceList(),
                    SettleAmount = Sol,
                },
            },
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        _http.Dispose();
    }
}
