using System.Diagnostics;
using System.Text.Json;
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
    private const int SlotsBeforeClose = 160;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly Dictionary<string, string> Wallets = [];
    private static string _folder = "";

    public static TestSwarm Swarm { get; private set; } = null!;

    public static SwarmNode Submitter => Swarm.Submitter;

    public static SwarmNode[] Providers => [.. Swarm.Providers.Take(Paid)];

    /// <summary>Works for nothing.</summary>
    public static SwarmNode Free => Swarm.Providers[Paid];

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
    public static async Task PrepareAsync(string home)
    {
        Directory.CreateDirectory(home);
        await File.WriteAllTextAsync(
            Path.Combine(home, "config.yaml"),
            $"""
            payments: on
            rpc_urls: {Ledger.GetProperty("http").GetString()}
            settlement_program: {Ledger.GetProperty("program").GetString()}
            price_input: 0.5 SOL
            price_output: 1 SOL
            daily_cap: 400 SOL

            """);
        JsonElement wallet = (await InfernetCommand.RunAsync(home, "wallet", "create", "--json")).Succeeded().Json;
        Wallets[home] = wallet.GetProperty("address").GetString()!;
        (await InfernetCommand.RunAsync(home, "wallet", "airdrop", "300", "SOL")).Succeeded();
    }

    public static string WalletOf(SwarmNode node) => Wallets[node.Home];

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

    public static async Task<string> BeginAsync(params string[] arguments) => (await Submitter.RunAsync(
        [
            "job", "submit", "--model", "wordnet", "--input", await QuestionsAsync(), "--max-tokens", "96",
            "--shard-size", "2", "--budget", "0.2SOL", "--detach", "--json", .. arguments,
        ])).Succeeded().Json.GetProperty("id").GetString()!;

    public static async Task<JsonElement> EndOfAsync(string job)
    {
        await Submitter.RunAsync("job", "results", job, "--follow", "--json");
        return (await Submitter.RunAsync("job", "show", job, "--json")).Succeeded().Json;
    }

    /// <summary>Follows a job until one of its providers finished a shard: it is then surely in its middle.</summary>
    public static async Task WaitForShardOfAsync(string job, string peer)
    {
        using Process watch = InfernetCommand.Start(Submitter.Home, "job", "watch", job, "--json");
        try
        {
            while (await watch.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
            {
                if (line.Contains("\"shard-done\"", StringComparison.Ordinal)
                    && line.Contains(peer, StringComparison.Ordinal))
                {
                    return;
                }
            }
        }
        finally
        {
            watch.Kill();
        }

        Assert.Fail($"The job ended before {peer} finished a shard.");
    }

    /// <summary>The submitter's channels to the providers that stay; a cheat that is gone can't agree to an end.</summary>
    public static async Task<JsonElement[]> ChannelsAsync() =>
    [
        .. (await Submitter.RunAsync("channel", "list", "--json")).Succeeded().Json.EnumerateArray()
            .Where(c => Providers.Any(p => p.PeerId == c.GetProperty("peer_id").GetString())),
    ];

    /// <summary>Closes all channels by both sides, once the program lets them be closed.</summary>
    public static async Task CloseAllAsync()
    {
        await PassSlotsAsync();
        foreach (JsonElement channel in await ChannelsAsync())
        {
            JsonElement closed = (await Submitter.RunAsync(
                "channel", "close", channel.GetProperty("address").GetString()!, "--yes", "--json")).Succeeded().Json;
            Assert.That(
                closed.GetProperty("channel").GetProperty("state").GetString(), Is.EqualTo("closed"), closed.ToString());
        }

        foreach (SwarmNode provider in Providers)
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

    // A channel can't end within 150 slots of its beginning.
    private static async Task PassSlotsAsync()
    {
        long from = await SlotAsync();
        await UntilAsync(async () => await SlotAsync() >= from + SlotsBeforeClose);
    }

    // A provider reads its channels now and then; settling makes it do so.
    private static async Task<bool> HoldsNothingAsync(SwarmNode provider)
    {
        await provider.RunAsync("earnings", "settle", "--yes");
        return (await EarningsAsync(provider)).GetProperty("held").GetInt64() == 0;
    }

    private static async Task<long> SlotAsync()
    {
        using var http = new HttpClient();
        using var question = new StringContent(
            """{"jsonrpc":"2.0","id":1,"method":"getSlot"}""", System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await http.PostAsync(new Uri(Ledger.GetProperty("http").GetString()!), question);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("result").GetInt64();
    }

    private static async Task<string> QuestionsAsync()
    {
        string file = Path.Combine(_folder, "questions.jsonl");
        if (!File.Exists(file))
        {
            await File.WriteAllLinesAsync(file, File.ReadLines(Repository.QuestionsJsonl).Take(Questions));
        }

        return file;
    }
}
