using System.Text.Json;
using Infernet.Functional.Tests.Swarm;

namespace Infernet.Functional.Tests.Payments;

/// <summary>
/// A ledger of its own whose committee are three nodes that do nothing else, a provider and a payer: two of the three
/// release escrows. All are real processes.
/// </summary>
internal sealed class EscrowSwarm : IAsyncDisposable
{
    private readonly List<string> _wallets = [];

    public required string Folder { get; init; }

    public required JsonElement Ledger { get; init; }

    public required SwarmNode[] Members { get; init; }

    public required SwarmNode Payer { get; init; }

    public required SwarmNode Provider { get; init; }

    private string LedgerHome => Path.Combine(Folder, "ledger-home");

    public static async Task<EscrowSwarm> StartAsync()
    {
        string folder = Directory.CreateDirectory(Path.Combine(PaidSwarm.Swarm.Folder, "escrows")).FullName;
        string[] homes = [.. Enumerable.Range(1, 3).Select(n => Path.Combine(folder, $"member-{n}"))];
        // A member may be named by its key or by its peer id.
        string[] keys = [.. await Task.WhenAll(homes.Select(async (home, n) =>
            (await InfernetCommand.RunAsync(home, "node", "id", "--json")).Succeeded().Json
                .GetProperty(n == 0 ? "key" : "peer_id").GetString()!))];
        JsonElement ledger = (await InfernetCommand.RunAsync(
            Path.Combine(folder, "ledger-home"), "ledger", "start", "--detach", "--port", "0", "--slot-time", "50",
            "--committee", string.Join(',', keys), "--json")).Succeeded().Json;
        var payer = new SwarmNode(Path.Combine(folder, "payer"), null, "--no-serve");
        await PrepareAsync(ledger, payer.Home);
        await payer.StartAsync();
        var swarm = new EscrowSwarm
        {
            Folder = folder,
            Ledger = ledger,
            Payer = payer,
            Provider = new SwarmNode(Path.Combine(folder, "provider"), payer.Address, "--threads", "1"),
            Members = [.. homes.Select(h => new SwarmNode(h, payer.Address, "--no-serve", "--committee"))],
        };
        foreach (SwarmNode node in (SwarmNode[])[swarm.Provider, .. swarm.Members])
        {
            await PrepareAsync(ledger, node.Home);
            await node.StartAsync();
        }

        (await swarm.Provider.RunAsync("model", "add", Repository.Model, "--alias", "wordnet")).Succeeded();
        foreach (SwarmNode node in (SwarmNode[])[payer, swarm.Provider])
        {
            swarm._wallets.Add((await node.RunAsync("wallet", "show", "--json")).Succeeded().Json
                .GetProperty("address").GetString()!);
        }

        return swarm;
    }

    /// <summary>What payer, provider, treasury and platform have.</summary>
    public Task<long[]> BalancesAsync() => Task.WhenAll(
        ((string[])[_wallets[0], _wallets[1], Of("treasury"), Of("platform")]).Select(BalanceAsync));

    /// <summary>
    /// What all of these have, and what was ever burned as fees: only deposits and rents are missing, and what members have,
    /// who spend nothing.
    /// </summary>
    public async Task<long> EverythingAsync()
    {
        long sum = (await InfernetCommand.RunAsync(LedgerHome, "ledger", "status", "--json")).Succeeded().Json
            .GetProperty("fees").GetInt64();
        return sum + (await BalancesAsync()).Sum();
    }

    /// <summary>The payer's escrows for a job, the live and the ended.</summary>
    public async Task<JsonElement[]> EscrowsAsync(string job) =>
    [
        .. (await Payer.RunAsync("escrow", "list", "--json")).Succeeded().Json.EnumerateArray()
            .Where(e => e.GetProperty("job").GetString()!.EndsWith(job, StringComparison.Ordinal)),
    ];

    /// <summary>Has the provider settle until it holds nothing, and answers what that brought.</summary>
    public async Task<JsonElement[]> SettleAsync()
    {
        var settled = new List<JsonElement>();
        await PaidSwarm.UntilAsync(async () =>
        {
            JsonElement report = (await Provider.RunAsync("earnings", "settle", "--yes", "--json")).Succeeded().Json;
            settled.AddRange(report.GetProperty("settled").EnumerateArray());
            return (await PaidSwarm.EarningsAsync(Provider)).GetProperty("held").GetInt64() == 0;
        });
        return [.. settled];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (SwarmNode node in (SwarmNode[])[Provider, Payer, .. Members])
        {
            await node.DisposeAsync();
        }

        await InfernetCommand.RunAsync(LedgerHome, "ledger", "stop");
    }

    private string Of(string name) => Ledger.GetProperty(name).GetString()!;

    private async Task<long> BalanceAsync(string address) =>
        (await Payer.RunAsync("wallet", "balance", address, "--json")).Succeeded().Json.GetProperty("lamports").GetInt64();

    private static async Task PrepareAsync(JsonElement ledger, string home)
    {
        Directory.CreateDirectory(home);
        await File.WriteAllTextAsync(
            Path.Combine(home, "config.yaml"),
            $"""
            payments: on
            rpc_urls: {ledger.GetProperty("http").GetString()}
            settlement_program: {ledger.GetProperty("program").GetString()}
            price_input: 0.5 SOL
            price_output: 1 SOL

            """);
        (await InfernetCommand.RunAsync(home, "wallet", "create")).Succeeded();
        (await InfernetCommand.RunAsync(home, "wallet", "airdrop", "10", "SOL")).Succeeded();
    }
}
