using Infernet.Functional.Tests.Swarm;

namespace Infernet.Functional.Tests.Payments;

/// <summary>Two nodes more in the <see cref="PaidSwarm"/>, which pay and are paid in the ledger's token of six decimals.</summary>
internal sealed class TokenSwarm : IAsyncDisposable
{
    public required SwarmNode Payer { get; init; }

    public required SwarmNode Provider { get; init; }

    public string Mint { get; } = PaidSwarm.Ledger.GetProperty("mint").GetString()!;

    public static async Task<TokenSwarm> StartAsync()
    {
        string bootstrap = PaidSwarm.Submitter.Address;
        var swarm = new TokenSwarm
        {
            Payer = new SwarmNode(Path.Combine(PaidSwarm.Swarm.Folder, "token-payer"), bootstrap, "--no-serve"),
            Provider = new SwarmNode(
                Path.Combine(PaidSwarm.Swarm.Folder, "token-provider"), bootstrap, "--threads", "1"),
        };
        foreach (SwarmNode node in (SwarmNode[])[swarm.Payer, swarm.Provider])
        {
            await swarm.PrepareAsync(node.Home);
            await node.StartAsync();
        }

        (await swarm.Provider.RunAsync("model", "pull", PaidSwarm.Swarm.Model, "--alias", "wordnet")).Succeeded();
        return swarm;
    }

    /// <summary>An amount of the token as settings and flags have it.</summary>
    public string Amount(string number) => $"{number} {Mint}";

    /// <summary>What somebody has of the token, in its smallest unit.</summary>
    public async Task<long> BalanceAsync(string address) =>
        (await Payer.RunAsync("wallet", "balance", address, "--json")).Succeeded().Json.GetProperty("amount").GetInt64();

    /// <summary>What payer, provider, treasury and platform have of it, in this order.</summary>
    public async Task<long[]> BalancesAsync()
    {
        var balances = new List<long>();
        foreach (string address in (string[])
            [
                PaidSwarm.WalletOf(Payer), PaidSwarm.WalletOf(Provider),
                PaidSwarm.Ledger.GetProperty("treasury").GetString()!,
                PaidSwarm.Ledger.GetProperty("platform").GetString()!,
            ])
        {
            balances.Add(await BalanceAsync(address));
        }

        return [.. balances];
    }

    public async ValueTask DisposeAsync()
    {
        await Payer.DisposeAsync();
        await Provider.DisposeAsync();
    }

    private async Task PrepareAsync(string home)
    {
        await PaidSwarm.PrepareAsync(
            home,
            $"""
            payment_mint: {Mint}
            payment_decimals: 6
            price_input: {Amount("0.5")}
            price_output: {Amount("1")}
            job_budget: {Amount("1")}
            canary_budget: {Amount("1")}
            channel_deposit: {Amount("0.05")}
            settle_amount: {Amount("10")}
            daily_cap: {Amount("400")}
            """);
        await PaidSwarm.GiveTokensAsync(PaidSwarm.WalletOf(home), 1_000);
    }
}
