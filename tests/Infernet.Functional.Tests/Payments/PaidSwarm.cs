using System.Diagnostics;
using System.Text.Json;
using Infernet.Core.Payments;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Functional.Tests.Swarm;

namespace Infernet.Functional.Tests.Payments;

/// <summary>
/// A local ledger and a swarm on it: a submitter that pays, two providers that ask to be paid, and a third one that has
/// neither wallet nor prices. All are real processes; every lamport is counted.
/// </summary>
[SetUpFixture]
internal sealed class PaidSwarm
{
    public const int Questions = 120;
    private const int Paid = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly Dictionary<string, string> Wallets = [];
    private static string _folder = "";

    public static TestSwarm Swarm { get; private set; } = null!;

    public static SwarmNode Submitter => Swarm.Submitter;

    public static SwarmNode[] Providers => [.. Swarm.Providers.Take(Paid)];

    /// <summary>Works for nothing.</summary>
    public static SwarmNode Free => Swarm.Providers[Paid];

    /// <summary>What the providers ask.</summary>
    public static Prices Prices { get; } = new()
    {
        InputPerMillionTokens = 500_000_000, OutputPerMillionTokens = 1_000_000_000,
    };

    /// <summary>What the ledger says of itself.</summary>
    public static JsonElement Ledger { get; private set; }

    private static string LedgerHome => Path.Combine(_folder, "ledger-home");

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _folder = Directory.CreateTempSubdirectory("infernet-").FullName;
        Ledger = (await InfernetCommand.RunAsync(
            LedgerHome, "ledger", "start", "--detach", "--port", "0", "--slot-time", "50", "--json")).Succeeded().Json;
        Wallets["treasury"] = Ledger.GetProperty("treasury").GetString()!;
        Wallets["platform"] = Ledger.GetProperty("platform").GetString()!;
        Swarm = await TestSwarm.StartAsync(_folder, Paid + 1, node => node.Home.EndsWith($"provider-{Paid}", StringComparison.Ordinal)
            ? Task.CompletedTask
            : PrepareAsync(node.Home));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        foreach (SwarmNode node in (SwarmNode[])[.. Swarm.Providers, Submitter])
        {
            await node.DisposeAsync();
        }

        await InfernetCommand.RunAsync(LedgerHome, "ledger", "stop");
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Gives a home that is not there yet settings, a wallet and coins.</summary>
    /// <param name="home">The node's.</param>
    /// <param name="canaries">What it may spend on testing auditors.</param>
    public static Task PrepareAsync(string home, int canaries = 0) => PrepareAsync(
        home,
        $"""
        price_input: 0.5 SOL
        price_output: 1 SOL
        daily_cap: 400 SOL
        canary_budget: {canaries} SOL
        first_credit: 4096
        """);

    /// <summary>The same, with amounts of the caller's.</summary>
    public static async Task PrepareAsync(string home, string amounts)
    {
        Directory.CreateDirectory(home);
        await File.WriteAllTextAsync(
            Path.Combine(home, "config.yaml"),
            $"""
            payments: on
            rpc_urls: {Ledger.GetProperty("http").GetString()}
            settlement_program: {Ledger.GetProperty("program").GetString()}
            {amounts}

            """);
        JsonElement wallet = (await InfernetCommand.RunAsync(home, "wallet", "create", "--json")).Succeeded().Json;
        Wallets[home] = wallet.GetProperty("address").GetString()!;
        (await InfernetCommand.RunAsync(home, "wallet", "airdrop", "300", "SOL")).Succeeded();
    }

    public static string WalletOf(SwarmNode node) => WalletOf(node.Home);

    public static string WalletOf(string home) => Wallets[home];

    /// <summary>Gives a wallet whole tokens of the ledger's mint.</summary>
    public static async Task GiveTokensAsync(string wallet, int tokens) =>
        (await InfernetCommand.RunAsync(LedgerHome, "ledger", "give", wallet, $"{tokens}")).Succeeded();

    public static async Task<long> BalanceAsync(string address) =>
        (await Submitter.RunAsync("wallet", "balance", address, "--json")).Succeeded().Json
            .GetProperty("lamports").GetInt64();

    /// <summary>What all wallets have together, and what was ever burned as fees; only deposits and rents are missing.</summary>
    public static async Task<long> EverythingAsync()
    {
        long sum = (await InfernetCommand.RunAsync(LedgerHome, "ledger", "status", "--json")).Succeeded().Json
            .GetProperty("fees").GetInt64();
        foreach (string address in Wallets.Values)
        {
            sum += await BalanceAsync(address);
        }

        return sum;
    }

    /// <summary>Runs a job over the first questions, and waits for its end.</summary>
    public static async Task<JsonElement> AskAsync(params string[] arguments) =>
        (await TryAskAsync(arguments)).Succeeded().JsonLines[^1];

    /// <summary>The same, however it ends.</summary>
    public static async Task<CommandResult> TryAskAsync(params string[] arguments) => await Submitter.RunAsync(
        [
            "job", "submit", "--model", "wordnet", "--input", await QuestionsAsync(), "--max-tokens", "96",
            "--budget", "0.2SOL", "--json", .. arguments,
        ]);

    public static Task<string> BeginAsync(params string[] arguments) => BeginAsync(Submitter, arguments);

    /// <summary>Begins a job over the first questions in small shards, of whichever payer.</summary>
    public static async Task<string> BeginAsync(SwarmNode payer, string[] arguments) => (await payer.RunAsync(
        [
            "job", "submit", "--model", "wordnet", "--input", await QuestionsAsync(), "--max-tokens", "96",
            "--shard-size", "2", "--budget", "0.2SOL", "--detach", "--json", .. arguments,
        ])).Succeeded().Json.GetProperty("id").GetString()!;

    public static Task<JsonElement> EndOfAsync(string job) => EndOfAsync(Submitter, job);

    public static async Task<JsonElement> EndOfAsync(SwarmNode payer, string job)
    {
        await payer.RunAsync("job", "results", job, "--follow", "--json");
        return (await payer.RunAsync("job", "show", job, "--json")).Succeeded().Json;
    }

    /// <summary>Follows a job until one of its providers finished a shard: it is then surely in its middle.</summary>
    public static Task WaitForShardOfAsync(string job, string peer) => FollowAsync(
        Submitter, job,
        line => line.Contains("\"shard-done\"", StringComparison.Ordinal) && line.Contains(peer, StringComparison.Ordinal));

    /// <summary>Follows a job until so many of its answers are there.</summary>
    public static Task WaitForAnswersAsync(SwarmNode payer, string job, int count) => FollowAsync(
        payer, job,
        line => JsonDocument.Parse(line).RootElement.GetProperty("done_items").GetInt32() >= count);

    /// <summary>The submitter's channels to the providers that stay; a cheat that is gone can't agree to an end.</summary>
    public static async Task<JsonElement[]> ChannelsAsync() =>
    [
        .. (await ChannelsAsync(Submitter)).Where(
            c => Providers.Any(p => p.PeerId == c.GetProperty("peer_id").GetString())),
    ];

    /// <summary>All channels of a payer that have not ended.</summary>
    public static async Task<JsonElement[]> ChannelsAsync(SwarmNode payer) =>
        [.. (await payer.RunAsync("channel", "list", "--json")).Succeeded().Json.EnumerateArray()];

    /// <summary>What the receipts that a payer holds of a job say was used, in the order of the shards.</summary>
    public static async Task<Usage[]> ReceiptsAsync(SwarmNode payer, JsonElement job, string? provider = null)
    {
        JsonElement receipts = (await payer.RunAsync(
            "job", "show", job.GetProperty("id").GetString()!, "--receipts", "--json")).Succeeded().Json;
        return
        [
            .. receipts.EnumerateArray()
                .Where(r => provider is null || r.GetProperty("provider").GetString() == provider)
                .Select(r => ReceiptEnvelope.TryOpen(
                    r.GetProperty("envelope").GetBytesFromBase64(), out Receipt receipt, out _)
                        ? Usage.Of(receipt)
                        : throw new AssertionException("It is no receipt.")),
        ];
    }

    /// <summary>Closes all channels by both sides, once the program lets them be closed.</summary>
    public static Task CloseAllAsync() => CloseAllAsync(Submitter, Providers);

    /// <summary>The same for one payer's channels to some providers.</summary>
    public static async Task CloseAllAsync(SwarmNode payer, SwarmNode[] providers)
    {
        foreach (JsonElement channel in (await ChannelsAsync(payer))
            .Where(c => providers.Any(p => p.PeerId == c.GetProperty("peer_id").GetString())))
        {
            await CloseAsync(payer, channel.GetProperty("address").GetString()!);
        }

        foreach (SwarmNode provider in providers)
        {
            await UntilAsync(async () => await HoldsNothingAsync(provider));
        }
    }

    /// <summary>Asks again and again, until the answer is yes.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        using var limit = new CancellationTokenSource(Patience);
        while (!await holds())
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    public static async Task<JsonElement> EarningsAsync(SwarmNode node) =>
        (await node.RunAsync("earnings", "--by", "payer", "--json")).Succeeded().Json;

    /// <summary>A file with the first questions.</summary>
    public static async Task<string> QuestionsAsync(int count = Questions)
    {
        string file = Path.Combine(_folder, $"questions-{count}.jsonl");
        if (!File.Exists(file))
        {
            await File.WriteAllLinesAsync(file, File.ReadLines(Repository.QuestionsJsonl).Take(count));
        }

        return file;
    }

    private static async Task FollowAsync(SwarmNode payer, string job, Func<string, bool> wanted)
    {
        using Process watch = InfernetCommand.Start(payer.Home, "job", "watch", job, "--json");
        try
        {
            while (await watch.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
            {
                if (wanted(line))
                {
                    return;
                }
            }
        }
        finally
        {
            watch.Kill();
        }

        Assert.Fail("The job ended before what was waited for.");
    }

    // A channel can't end within 150 slots of its beginning; until then the command says how long that is.
    private static async Task CloseAsync(SwarmNode payer, string channel)
    {
        CommandResult closing = null!;
        await UntilAsync(async () =>
        {
            closing = await payer.RunAsync("channel", "close", channel, "--yes", "--json");
            return !closing.Error.Contains("slots after it was opened", StringComparison.Ordinal);
        });
        JsonElement closed = closing.Succeeded().Json.GetProperty("channel");
        Assert.That(closed.GetProperty("state").GetString(), Is.EqualTo("closed"), closed.ToString());
    }

    // A provider reads its channels now and then; settling makes it do so.
    private static async Task<bool> HoldsNothingAsync(SwarmNode provider)
    {
        await provider.RunAsync("earnings", "settle", "--yes");
        return (await EarningsAsync(provider)).GetProperty("held").GetInt64() == 0;
    }
}
