using System.Globalization;
using Infernet.Core.Multiformats;

namespace Infernet.Core.Payments;

/// <summary>
/// Amounts as people write them: "0.25 SOL", "1.5 EPjF…Dt1v" (the mint cut short, or whole), "12 lamports",
/// "12 units". Digits are moved, never rounded: what has more decimals than the asset is refused. A number alone is
/// refused too, since nobody can tell whether its writer thought of lamports or of SOL.
/// </summary>
public static class AmountText
{
    internal const string Lamports = "lamports";
    internal const string Units = "units";

    /// <summary>Longer texts are not looked at.</summary>
    private const int MaxLength = 128;

    /// <summary>The shortest text that says an amount exactly, in wholes.</summary>
    public static string Format(ulong amount, Asset asset)
    {
        ArgumentNullException.ThrowIfNull(asset);
        return $"{Number(amount, asset.Decimals)} {asset.Symbol}";
    }

    /// <summary>An amount in wholes, or in the smallest unit where it is a small one: prices are.</summary>
    public static string FormatSmall(ulong amount, Asset asset)
    {
        ArgumentNullException.ThrowIfNull(asset);
        return amount < Power(asset.Decimals) / 10_000
            ? string.Create(CultureInfo.InvariantCulture, $"{amount:N0} {asset.UnitName}")
            : Format(amount, asset);
    }

    /// <summary>The digits of an amount in wholes, without a unit: what CSV files and JSON hold.</summary>
    public static string Number(ulong amount, int decimals)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decimals, Asset.MaxDecimals);
        string digits = amount.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        string fraction = digits[^decimals..].TrimEnd('0');
        return fraction.Length == 0 ? digits[..^decimals] : $"{digits[..^decimals]}.{fraction}";
    }

    /// <summary>Reads an amount of one asset.</summary>
    /// <param name="text">A number and its unit.</param>
    /// <param name="asset">What the amount must be of.</param>
    /// <param name="amount">In the smallest unit.</param>
    /// <param name="problem">What is wrong with the text, and what would be right; null if nothing is.</param>
    public static bool TryParse(string text, Asset asset, out ulong amount, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(asset);
        amount = 0;
        problem = FindProblem(text);
        if (problem is not null)
        {
            return false;
        }

        (string number, string unit) = Split(text);
        bool smallest = unit.Equals(asset.UnitName, StringComparison.OrdinalIgnoreCase)
            || unit.Equals(asset.UnitName[..^1], StringComparison.OrdinalIgnoreCase);
        if (!smallest && !Names(unit, asset))
        {
            problem = $"'{text}' is an amount of {unit}; amounts here are in {asset.Symbol} or {asset.UnitName}";
            return false;
        }

        string? wrong = Scale(number, smallest ? 0 : asset.Decimals, out amount);
        problem = wrong is null ? null : $"'{text}' {wrong}";
        return wrong is null;
    }

    /// <summary>Whether a text has an amount's form, of whatever asset: a number and a unit. Null if it has.</summary>
    public static string? FindProblem(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength)
        {
            return $"an amount of {text.Length} characters is none; write one like '0.25 SOL'";
        }

        (string number, string unit) = Split(text);
        string[] parts = number.Split('.');
        bool digits = parts.Length <= 2 && parts.All(p => p.Length > 0 && p.All(char.IsAsciiDigit));
        return !digits ? $"'{text}' is no amount; write one like '0.25 SOL' or '5000 lamports'"
            : unit.Length == 0 ? $"'{text}' has no unit; write '{text} SOL' or '{text} lamports', whichever is meant"
            : unit.All(c => char.IsLetterOrDigit(c) || c == '…') ? null
            : $"'{text}' has no unit that could be one; write an amount like '0.25 SOL' or '5000 lamports'";
    }

    private static (string Number, string Unit) Split(string text)
    {
        string trimmed = text.Trim();
        int end = 0;
        while (end < trimmed.Length && (char.IsAsciiDigit(trimmed[end]) || trimmed[end] == '.'))
        {
            end++;
        }

        return (trimmed[..end], trimmed[end..].Trim());
    }

    private static bool Names(string unit, Asset asset) =>
        unit.Equals(asset.Symbol, asset.IsLamports ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)
        || !asset.IsLamports && unit == Base58.Encode(asset.Mint.Span);

    private static string? Scale(string number, int decimals, out ulong amount)
    {
        amount = 0;
        string[] parts = number.Split('.');
        string fraction = parts.Length == 2 ? parts[1].TrimEnd('0') : "";
        if (fraction.Length > decimals)
        {
            return decimals == 0
                ? "is a part of the smallest unit"
                : $"has {fraction.Length} decimals, the asset has {decimals}";
        }

        string digits = parts[0] + fraction.PadRight(decimals, '0');
        return ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out amount)
            ? null
            : $"is more than there can be: {Number(ulong.MaxValue, decimals)}";
    }

    private static ulong Power(int decimals)
    {
        ulong power = 1;
        for (int i = 0; i < decimals; i++)
        {
            power *= 10;
        }

        return power;
    }
}
