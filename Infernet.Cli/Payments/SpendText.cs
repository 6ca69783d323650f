using Infernet.Core.Api;
using Infernet.Core.Payments;

namespace Infernet.Cli.Payments;

/// <summary>Says in words what something on the chain takes, or took.</summary>
internal static class SpendText
{
    /// <summary>Before it is done: what it takes at most, and of how much.</summary>
    public static string Before(SpendView spend) =>
        $"{Capital(spend.What)} takes at most {string.Join(" and ", spend.Parts.Select(p => Show(p.Amount, p.Asset)))} from "
        + $"{spend.Wallet}, which has {string.Join(" and ", spend.Parts.Select(p => Show(p.Balance, p.Asset)))}"
        + $" (in it {Asset.Sol.Show(spend.Fee)} for the cluster"
        + (spend.Rent > 0 ? $", {Asset.Sol.Show(spend.Rent)} for the account)." : ").");

    /// <summary>After it was done.</summary>
    public static string After(SpendView spend) =>
        $"Done: {spend.What}{(spend.Transaction is { } id ? $", in the transaction {id}" : "")}. The wallet has "
        + $"{string.Join(" and ", spend.Parts.Select(p => Show(p.BalanceAfter ?? p.Balance, p.Asset)))}.";

    /// <summary>An amount with its unit.</summary>
    public static string Show(ulong amount, AssetView asset) =>
        $"{AmountText.Number(amount, asset.Decimals)} {asset.Symbol}";

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
