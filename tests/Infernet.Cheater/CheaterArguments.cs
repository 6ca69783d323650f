using System.Globalization;
using Infernet.Cheater.Cheats;
using Infernet.Daemon.Configuration;

namespace Infernet.Cheater;

/// <summary>What the command line asks for. Immutable.</summary>
internal sealed record CheaterArguments
{
    public required Cheat Cheat { get; init; }

    /// <summary>The share of the work on which it cheats, 0 to 1.</summary>
    public double Share { get; init; } = 1;

    /// <summary>The share of hearings after which an auditor is tested, 0 to 1; null for the product's.</summary>
    public double? CanaryRate { get; init; }

    /// <summary>The model that is claimed, as a file.</summary>
    public string? Model { get; init; }

    /// <summary>The model that is served in its place.</summary>
    public string? ServeInstead { get; init; }

    /// <summary>The home and the settings of the node.</summary>
    public required NodeConfiguration Configuration { get; init; }

    /// <exception cref="ArgumentException">A flag is unknown, has no value, or names no cheat.</exception>
    public static CheaterArguments Parse(string[] arguments)
    {
        var own = new Dictionary<string, string>();
        var settings = new Dictionary<string, IReadOnlyList<string>>();
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string flag = arguments[i];
            string value = i + 1 < arguments.Length
                ? arguments[i + 1]
                : throw new ArgumentException($"{flag} needs a value");
            if (flag is "--cheat" or "--share" or "--canary-rate" or "--model" or "--serve-instead" or "--home")
            {
                own[flag] = value;
            }
            else
            {
                Setting setting = Settings.All.FirstOrDefault(s => s.Flag == flag)
                    ?? throw new ArgumentException($"{flag} is neither a flag of this program nor of node start");
                settings[setting.Key] = [.. settings.GetValueOrDefault(setting.Key, []), value];
            }
        }

        HomeFolder home = HomeFolder.Resolve(own.GetValueOrDefault("--home"), Environment.GetEnvironmentVariable);
        return new CheaterArguments
        {
            Cheat = CheatCatalog.Find(own.GetValueOrDefault("--cheat") ?? throw new ArgumentException("--cheat is missing")),
            Share = own.TryGetValue("--share", out string? share) ? ParseShare("--share", share) : 1,
            CanaryRate = own.TryGetValue("--canary-rate", out string? rate) ? ParseShare("--canary-rate", rate) : null,
            Model = own.GetValueOrDefault("--model"),
            ServeInstead = own.GetValueOrDefault("--serve-instead"),
            Configuration = NodeConfiguration.Load(home, settings, Environment.GetEnvironmentVariable),
        };
    }

    private static double ParseShare(string flag, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double share) && share is >= 0 and <= 1
            ? share
            : throw new ArgumentException($"{flag} is {text}; it must be 0 to 1");
}
