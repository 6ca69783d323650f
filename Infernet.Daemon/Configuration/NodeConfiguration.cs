using Infernet.Daemon.Nodes;

namespace Infernet.Daemon.Configuration;

/// <summary>
/// The settings in force for a home: the command line over the environment over config.yaml over the defaults, each
/// checked, with where it came from. Immutable.
/// </summary>
public sealed class NodeConfiguration
{
    private readonly Dictionary<Setting, SettingValue> _values;

    private NodeConfiguration(HomeFolder home, Dictionary<Setting, SettingValue> values)
    {
        Home = home;
        _values = values;
    }

    public HomeFolder Home { get; }

    /// <summary>Every setting, in the table's order.</summary>
    public IReadOnlyList<SettingValue> Values => [.. Settings.All.Select(s => _values[s])];

    /// <summary>Reads and merges everything.</summary>
    /// <param name="home">Whose configuration.</param>
    /// <param name="flags">What the command line gave, by the setting's key.</param>
    /// <param name="environment">Looks a variable up; null or empty if it is not set.</param>
    /// <exception cref="ConfigurationException">Says of each problem where it is and what would be right.</exception>
    public static NodeConfiguration Load(
        HomeFolder home,
        IReadOnlyDictionary<string, IReadOnlyList<string>> flags,
        Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(home);
        ArgumentNullException.ThrowIfNull(flags);
        ArgumentNullException.ThrowIfNull(environment);
        ConfigurationFile file = ConfigurationFile.Read(home.ConfigFile);
        var problems = new List<ConfigurationProblem>();
        foreach (ConfigurationEntry unknown in file.Entries.Where(e => Settings.Find(e.Key)?.Key != e.Key))
        {
            problems.Add(new ConfigurationProblem(
                $"{home.ConfigFile} line {unknown.Line}",
                $"{unknown.Key} is not a setting; known are {string.Join(", ", Settings.All.Select(s => s.Key))}"));
        }

        var values = new Dictionary<Setting, SettingValue>();
        foreach (Setting setting in Settings.All)
        {
            values[setting] = Choose(setting, home, file, flags, environment, problems);
        }

        return problems.Count == 0 ? new NodeConfiguration(home, values) : throw new ConfigurationException(problems);
    }

    /// <summary>The value of one setting.</summary>
    public T Get<T>(TypedSetting<T> setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        return (T)_values[setting].Value!;
    }

    /// <summary>The settings as the node takes them.</summary>
    /// <exception cref="ConfigurationException">Settings that are right each for itself don't fit together.</exception>
    public NodeOptions ToNodeOptions() => new()
    {
        Home = Home.FullPath,
        ListenAddresses = Get(Settings.Listen),
        Bootstrap = Get(Settings.Bootstrap),
        IdentityPassphrase = Get(Settings.IdentityPassphrase),
        Serve = Get(Settings.Serve),
        Slots = Get(Settings.Slots),
        ContextLength = Get(Settings.ContextLength),
        Threads = Get(Settings.Threads),
        CpuVariant = Get(Settings.CpuVariant),
        FlashAttention = Get(Settings.FlashAttention),
        Payments = PaymentMapping.Read(this),
    };

    private static SettingValue Choose(
        Setting setting,
        HomeFolder home,
        ConfigurationFile file,
        IReadOnlyDictionary<string, IReadOnlyList<string>> flags,
        Func<string, string?> environment,
        List<ConfigurationProblem> problems)
    {
        (IReadOnlyList<string> texts, SettingOrigin origin, string where) = (setting.Default, SettingOrigin.Default, "");
        if (setting.Flag is { } flag && flags.TryGetValue(setting.Key, out IReadOnlyList<string>? given))
        {
            (texts, origin, where) = (given, SettingOrigin.Flag, flag);
        }
        else if (environment(setting.EnvironmentVariable) is { Length: > 0 } variable)
        {
            (texts, origin, where) =
                (Split(setting, variable), SettingOrigin.Environment, setting.EnvironmentVariable);
        }
        else if (file.Entries.FirstOrDefault(e => e.Key == setting.Key) is { } entry)
        {
            (texts, origin, where) = (entry.Values, SettingOrigin.File, $"{home.ConfigFile} line {entry.Line}");
        }

        try
        {
            return new SettingValue(setting, texts, setting.Read(texts), origin, where);
        }
        catch (FormatException wrong)
        {
            problems.Add(new ConfigurationProblem(where, $"{setting.Key} {wrong.Message}"));
            return new SettingValue(setting, texts, null, origin, where);
        }
    }

    private static string[] Split(Setting setting, string variable) => setting.IsList
        ? variable.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        : [variable];
}
