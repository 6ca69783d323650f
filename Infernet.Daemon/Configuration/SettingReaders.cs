using System.Globalization;
using Infernet.Core.Multiformats;

namespace Infernet.Daemon.Configuration;

/// <summary>How the texts of settings are read and checked.</summary>
internal static class SettingReaders
{
    private const int MaxListLength = 64;

    public static string One(IReadOnlyList<string> texts) => texts.Count == 1
        ? texts[0]
        : throw new FormatException($"takes one value, not {texts.Count}");

    public static bool Switch(IReadOnlyList<string> texts) => One(texts).ToUpperInvariant() switch
    {
        "TRUE" or "YES" or "ON" or "1" => true,
        "FALSE" or "NO" or "OFF" or "0" => false,
        _ => throw new FormatException($"must be true or false, is '{One(texts)}'"),
    };

    public static Func<IReadOnlyList<string>, int> WholeNumber(int min, int max) => texts =>
        int.TryParse(One(texts), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && number >= min && number <= max
            ? number
            : throw new FormatException($"must be a whole number from {min} to {max}, is '{One(texts)}'");

    public static Func<IReadOnlyList<string>, int?> WholeNumberOrAuto(int min, int max)
    {
        Func<IReadOnlyList<string>, int> number = WholeNumber(min, max);
        return texts => One(texts) == Settings.Auto ? null : Described(() => number(texts), "auto or ");
    }

    public static Func<IReadOnlyList<string>, T> OneOf<T>(IReadOnlyDictionary<string, T> choices) => texts =>
        choices.TryGetValue(One(texts), out T? value)
            ? value
            : throw new FormatException($"must be one of {string.Join(", ", choices.Keys)}, is '{One(texts)}'");

    public static string? NameOrAuto(IReadOnlyList<string> texts)
    {
        string text = One(texts);
        if (text.Length is 0 or > 64 || !text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            throw new FormatException($"must be auto or a variant's name such as haswell or sse42, is '{text}'");
        }

        return text == Settings.Auto ? null : text;
    }

    public static IReadOnlyList<Multiaddr> ListenAddresses(IReadOnlyList<string> texts) =>
        Addresses(texts, address => address.PeerId is null && address.TryGetTcp(out _, out _)
            && address.IPAddress is not null, "must look like /ip4/0.0.0.0/tcp/4001 or /ip6/::/tcp/4001");

    public static IReadOnlyList<Multiaddr> PeerAddresses(IReadOnlyList<string> texts) =>
        Addresses(texts, address => address.PeerId is not null && address.TryGetTcp(out _, out _),
            "must end in the peer's id, like /ip4/192.0.2.1/tcp/4001/p2p/12D3KooW…");

    public static string? Secret(IReadOnlyList<string> texts) => texts.Count == 0 ? null : One(texts);

    private static Multiaddr[] Addresses(
        IReadOnlyList<string> texts, Predicate<Multiaddr> suits, string rule)
    {
        if (texts.Count > MaxListLength)
        {
            throw new FormatException($"may hold {MaxListLength} addresses, has {texts.Count}");
        }

        return [.. texts.Select(text => Multiaddr.TryParse(text, out Multiaddr address) && suits(address)
            ? address
            : throw new FormatException($"{rule}; is '{text}'"))];
    }

    private static T Described<T>(Func<T> read, string alternative)
    {
        try
        {
            return read();
        }
        catch (FormatException wrong)
        {
            throw new FormatException(wrong.Message.Replace("must be ", $"must be {alternative}"), wrong);
        }
    }
}
