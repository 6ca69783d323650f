using Infernet.Core.Api;
using Infernet.Core.Payments;
using Infernet.Daemon.Configuration;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Spending;
using Infernet.Daemon.Payments.Wallets;
using Infernet.Solana.Keys;
using Infernet.Solana.Rpc;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Diagnostics;

/// <summary>Whether the settings about money lead to a wallet, a cluster, the program on it, and coins.</summary>
public static class PaymentDiagnostics
{
    public static async Task<IReadOnlyList<Diagnostic>> RunAsync(
        NodeConfiguration configuration, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var found = new List<Diagnostic>();
        try
        {
            if (PaymentMapping.Read(configuration) is { } options)
            {
                Address? wallet = Wallet(configuration, found);
                await AskAsync(options.Chain, PaymentMapping.AssetOf(configuration), wallet, found, time, cancellationToken)
                    .ConfigureAwait(false);
            }
            else
            {
                found.Add(Diagnostic.Ok("payments", "off: everything is free"));
            }
        }
        catch (ConfigurationException wrong)
        {
            found.Add(Diagnostic.Failed(
                "payments", string.Join("; ", wrong.Problems), "Correct it with 'infernet config set'."));
        }

        return found;
    }

    private static Address? Wallet(NodeConfiguration configuration, List<Diagnostic> found)
    {
        const string name = "wallet";
        try
        {
            WalletView wallet = WalletStore.Open(
                configuration.Home.WalletFile, configuration.Get(PaymentSettings.WalletPassphrase));
            found.Add(Diagnostic.Ok(name, wallet.Address));
            return Address.Parse(wallet.Address);
        }
        catch (ApiException problem)
        {
            found.Add(Diagnostic.Failed(name, problem.Message, "infernet wallet create"));
            return null;
        }
    }

    private static async Task AskAsync(
        ChainOptions options, Asset asset, Address? wallet, List<Diagnostic> found, TimeProvider time,
        CancellationToken cancellationToken)
    {
        const string name = "cluster";
        await using var chain = ChainClient.Open(options, wallet ?? default, new AmountNames(), time, new Random());
        try
        {
            ClusterFacts facts = await chain.FactsAsync(cancellationToken).ConfigureAwait(false);
            found.Add(Diagnostic.Ok(name, $"{EndpointName.Of(options.Endpoints[0])} is the cluster {facts.Genesis}"));
            found.Add(Diagnostic.Ok("program", $"{options.Program}: {Describe(facts.Config)}"));
            if (facts.Asset.Decimals != asset.Decimals)
            {
                found.Add(Diagnostic.Failed(
                    "token", $"{options.Mint} has {facts.Asset.Decimals} decimals, the settings say {asset.Decimals}",
                    $"infernet config set payment_decimals {facts.Asset.Decimals}"));
            }

            if (wallet is { } owner)
            {
                found.AddRange(await BalancesAsync(chain, facts, owner, cancellationToken).ConfigureAwait(false));
            }
        }
        catch (ApiException problem)
        {
            found.Add(Diagnostic.Failed(name, problem.Message, "'infernet ledger start' runs a cluster here, for trying."));
        }
    }

    private static async Task<IReadOnlyList<Diagnostic>> BalancesAsync(
        ChainClient chain, ClusterFacts facts, Address owner, CancellationToken cancellationToken)
    {
        const string name = "balance";
        var found = new List<Diagnostic>();
        foreach (Asset asset in (Asset[])[.. facts.Asset.IsLamports ? [] : (Asset[])[facts.Asset], Asset.Sol])
        {
            ulong amount = await chain.BalanceAsync(owner, asset, cancellationToken).ConfigureAwait(false);
            found.Add(amount > 0
                ? Diagnostic.Ok(name, asset.Show(amount))
                : Diagnostic.Note(
                    name, $"{asset.Show(0)}: nothing can be paid, nor settled, from {owner}",
                    asset.IsLamports ? "Send it some; a test cluster gives it: infernet wallet airdrop 1 SOL" : "Send it some."));
        }

        return found;
    }

    private static string Describe(SettlementConfig config) =>
        $"{Percent(config.ProtocolShare)} of a payment goes to the treasury, {Percent(config.PlatformShare)} to the platform; "
        + $"{config.Threshold} of {config.Committee.Count} slash and release";

    private static string Percent(int basisPoints) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{basisPoints / 100m:0.##} %");
}
