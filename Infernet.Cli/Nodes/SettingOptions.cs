using System.CommandLine;
using Infernet.Cli.Commands;
using Infernet.Daemon.Configuration;

namespace Infernet.Cli.Nodes;

/// <summary>The flags of <c>node start</c>, one for each setting of the table that may be given in public.</summary>
internal static class SettingOptions
{
    public static IReadOnlyList<Option> Create() =>
        [.. Settings.All.Where(s => s.Flag is not null).SelectMany(Options)];

    /// <summary>What was given, by the setting's key.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Read(ParseResult parsed)
    {
        var given = new Dictionary<string, IReadOnlyList<string>>();
        foreach (Setting setting in Settings.All.Where(s => s.Flag is not null && IsGiven(parsed, s.Flag)))
        {
            given[setting.Key] = setting switch
            {
                { IsSwitch: true } => ["true"],
                { IsList: true } => parsed.GetValue<string[]>(setting.Flag!)!,
                _ => [parsed.GetValue<string>(setting.Flag!)!],
            };
        }

        foreach (Setting setting in Settings.All.Where(s => s.IsSwitch && IsGiven(parsed, Negative(s))))
        {
            if (!given.TryAdd(setting.Key, ["false"]))
            {
                throw new UsageException($"{setting.Flag} and {Negative(setting)} exclude each other.");
            }
        }

        return given;
    }

    private static IEnumerable<Option> Options(Setting setting)
    {
        if (setting.IsSwitch)
        {
            yield return new Option<bool>(setting.Flag!) { Description = setting.Description };
            yield return new Option<bool>(Negative(setting)) { Description = $"The opposite of {setting.Flag}." };
            yield break;
        }

        string standard = setting.Default.Count == 0 ? "" : $" (default: {string.Join(", ", setting.Default)})";
        Option option = setting.IsList ? new Option<string[]>(setting.Flag!) : new Option<string>(setting.Flag!);
        option.Description =
            setting.Description.TrimEnd('.') + standard + (setting.IsList ? "; may be repeated." : ".");
        option.HelpName = setting.ValueName;
        option.CompletionSources.Add([.. setting.Choices]);
        yield return option;
    }

    private static string Negative(Setting setting) => $"--no-{setting.Flag![2..]}";

    private static bool IsGiven(ParseResult parsed, string option) =>
        parsed.GetResult(option) is System.CommandLine.Parsing.OptionResult { Implicit: false };
}
