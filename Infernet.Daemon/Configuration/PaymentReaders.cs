using Infernet.Core.Jobs;
using Infernet.Core.Payments;
using Infernet.Solana.Keys;

namespace Infernet.Daemon.Configuration;

/// <summary>How the texts of the settings about money are read and checked.</summary>
internal static class PaymentReaders
{
    private const int MaxUrls = 16;

    /// <summary>Nothing needs no unit.</summary>
    public const string Nothing = "0";

    public static IReadOnlyList<Uri> Urls(IReadOnlyList<string> texts, params string[] schemes)
    {
        if (texts.Count is 0 or > MaxUrls)
        {
            throw new FormatException($"takes 1 to {MaxUrls} addresses, has {texts.Count}");
        }

        return
        [
            .. texts.Select(text => Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && schemes.Contains(url.Scheme)
                ? url
                : throw new FormatException(
                    $"must be an address that begins with {string.Join(" or ", schemes.Select(s => $"{s}://"))}, "
                    + $"is '{text}'")),
        ];
    }

    public static Address AddressOf(IReadOnlyList<string> texts) =>
        Address.TryParse(SettingReaders.One(texts), out Address address)
            ? address
            : throw new FormatException($"must be a Solana address, 32 bytes in base58, is '{SettingReaders.One(texts)}'");

    public static Address? AddressOr(IReadOnlyList<string> texts, string other)
    {
        string text = SettingReaders.One(texts);
        return text.Equals(other, StringComparison.OrdinalIgnoreCase) ? null
            : Address.TryParse(text, out Address address) ? address
            : throw new FormatException($"must be {other}, or 32 bytes in base58, is '{text}'");
    }

    public static string Amount(IReadOnlyList<string> texts)
    {
        string text = SettingReaders.One(texts);
        return text == Nothing || AmountText.FindProblem(text) is not { } problem
            ? text
            : throw new FormatException($"must be an amount: {problem}");
    }

    public static TimeSpan Duration(IReadOnlyList<string> texts) =>
        Durations.TryParse(SettingReaders.One(texts), out TimeSpan time) && time > TimeSpan.Zero
            ? time
            : throw new FormatException($"must be a time such as 10m, 24h or 7d, is '{SettingReaders.One(texts)}'");
}
