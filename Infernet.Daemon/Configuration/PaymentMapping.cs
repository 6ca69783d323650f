using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Contracts;
using Infernet.Daemon.Payments.Earning;
using Infernet.Daemon.Payments.Paying;
using Infernet.Solana.Keys;

namespace Infernet.Daemon.Configuration;

/// <summary>Makes the node's payment options of the settings, once all of them are known: amounts need the asset.</summary>
internal sealed class PaymentMapping(NodeConfiguration configuration)
{
    private readonly List<ConfigurationProblem> _problems = [];

    /// <summary>The options; null when payments are off.</summary>
    /// <exception cref="ConfigurationException">The settings don't fit together; says which, and what would be right.
    /// </exception>
    public static PaymentOptions? Read(NodeConfiguration configuration)
    {
        var mapping = new PaymentMapping(configuration);
        return configuration.Get(PaymentSettings.Payments) ? mapping.Read()
            : !configuration.Get(PaymentSettings.Committee) ? null
            : throw new ConfigurationException([mapping.Problem(
                PaymentSettings.Committee, "needs payments on: who signs for releases looks at the cluster first")]);
    }

    /// <summary>What is paid in.</summary>
    public static Asset AssetOf(NodeConfiguration configuration) =>
        configuration.Get(PaymentSettings.Mint) is { } mint
            ? Asset.Of(Address.Parse(mint).Span, configuration.Get(PaymentSettings.Decimals))
            : Asset.Sol;

    private PaymentOptions Read()
    {
        Asset asset = AssetOf(configuration);
        if (configuration.Get(PaymentSettings.Program) is not { } program)
        {
            _problems.Add(Problem(
                PaymentSettings.Program,
                "must be chosen when payments are on: the address of the settlement program on your cluster"));
            program = default(Address).ToString();
        }

        var options = new PaymentOptions
        {
            Chain = new ChainOptions
            {
                Endpoints = configuration.Get(PaymentSettings.RpcUrls),
                WebSocket = configuration.Get(PaymentSettings.RpcWebSocket),
                Genesis = configuration.Get(PaymentSettings.ClusterGenesis),
                Program = Address.Parse(program),
                Mint = new Address(asset.MintBytes),
                Decimals = asset.Decimals,
                WalletPassphrase = configuration.Get(PaymentSettings.WalletPassphrase),
                DailyCap = Amount(PaymentSettings.DailyCap, asset),
            },
            Committee = configuration.Get(PaymentSettings.Committee),
            Paying = new PayingOptions
            {
                JobBudget = Amount(PaymentSettings.JobBudget, asset),
                CanaryBudget = Amount(PaymentSettings.CanaryBudget, asset),
                ChannelDeposit = Amount(PaymentSettings.ChannelDeposit, asset),
                EscrowTerm = EscrowTerm(),
            },
            Earning = new EarningOptions
            {
                Prices = new PriceList
                {
                    Mint = asset.Mint,
                    InputPerMillionTokens = Amount(PaymentSettings.PriceInput, asset),
                    OutputPerMillionTokens = Amount(PaymentSettings.PriceOutput, asset),
                    EnginePerHour = Amount(PaymentSettings.PriceEngineHour, asset),
                },
                SettleAmount = Amount(PaymentSettings.SettleAmount, asset),
                TakeEscrows = configuration.Get(PaymentSettings.TakeEscrows),
                SettleAge = configuration.Get(PaymentSettings.SettleAge),
                FirstCredit = configuration.Get(PaymentSettings.FirstCredit),
            },
        };
        if (Prices.Read(options.Earning.Prices, out _) is { } wrong)
        {
            _problems.Add(new ConfigurationProblem("prices", wrong));
        }

        return _problems.Count == 0 ? options : throw new ConfigurationException(_problems);
    }

    private TimeSpan EscrowTerm()
    {
        TimeSpan term = configuration.Get(PaymentSettings.EscrowTerm);
        TimeSpan least = new PayingOptions().LeastEscrowTerm;
        if (term < least || term > ContractWork.LongestTime)
        {
            _problems.Add(Problem(
                PaymentSettings.EscrowTerm,
                $"must be from {least.TotalHours:0} hours to {ContractWork.LongestTime.TotalDays:0} days"));
        }

        return term;
    }

    private ulong Amount(TypedSetting<string> setting, Asset asset)
    {
        string text = configuration.Get(setting);
        if (text == PaymentReaders.Nothing)
        {
            return 0;
        }

        if (!AmountText.TryParse(text, asset, out ulong amount, out string? problem))
        {
            _problems.Add(Problem(setting, $"must be an amount of what is paid in: {problem}"));
        }

        return amount;
    }

    private ConfigurationProblem Problem(Setting setting, string message)
    {
        SettingValue value = configuration.Values.Single(v => v.Setting == setting);
        return new ConfigurationProblem(value.Where.Length > 0 ? value.Where : "default", $"{setting.Key} {message}");
    }
}
