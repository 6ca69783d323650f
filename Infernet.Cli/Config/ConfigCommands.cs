using System.CommandLine;
using Infernet.Cli.Commands;
using Infernet.Cli.Terminals;
using Infernet.Daemon.Configuration;

namespace Infernet.Cli.Config;

/// <summary><c>infernet config …</c>: the home's config.yaml and what is in force. Needs no running node.</summary>
internal static class ConfigCommands
{
    private static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> NoFlags =
        new Dictionary<string, IReadOnlyList<string>>();

    private static readonly Argument<string> Key = new("KEY") { Description = "A setting's name." };

    private static readonly Argument<string[]> Value = new("VALUE")
    {
        Description = "Its value; several for a list, none for an empty list.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Command Create()
    {
        Key.CompletionSources.Add([.. Settings.All.Select(s => s.Key)]);
        return new CliCommand("config", "Show and change the node's settings.").With(
            new CliCommand(
                "show",
                "Print every setting with its value and where it comes from.",
                "infernet config show",
                "infernet config show --json | jq -r '.[] | select(.key==\"slots\").value'")
                .Runs(ShowAsync),
            new CliCommand(
                "set",
                "Change a setting in config.yaml; comments in the file stay. Takes effect when the node starts.",
                "infernet config set slots 4",
                "infernet config set listen /ip4/0.0.0.0/tcp/4001 /ip6/::/tcp/4001",
                "infernet config set identity_passphrase   (asks for it)")
                .With(Key, Value)
                .Runs(SetAsync),
            new CliCommand(
                "unset",
                "Take a setting out of config.yaml, so that its default holds again.",
                "infernet config unset slots")
                .With(Key)
                .Runs(UnsetAsync));
    }

    private static Task<int> ShowAsync(CommandContext context, CancellationToken cancellationToken)
    {
        NodeConfiguration configuration = NodeConfiguration.Load(context.Home, NoFlags, context.Variable);
        if (context.Json)
        {
            context.WriteJson([.. configuration.Values.Select(ConfigEntry.From)], CliJson.Default.IReadOnlyListConfigEntry);
            return Task.FromResult(ExitCode.Done);
        }

        var sheet = new Sheet("SETTING", "VALUE", "FROM");
        sheet.Add("home", context.Home.FullPath, SheetCell.Dim(HomeOrigin(context.Home)));
        foreach (SettingValue value in configuration.Values)
        {
            string origin = value.Origin == SettingOrigin.Default ? "default" : value.Where;
            sheet.Add(value.Setting.Key, value.Shown, SheetCell.Dim(origin));
        }

        context.Terminal.Out.Write(sheet.Render(context.Terminal.OutInk, context.Terminal.Width()));
        return Task.FromResult(ExitCode.Done);
    }

    private static Task<int> SetAsync(CommandContext context, CancellationToken cancellationToken)
    {
        Setting setting = Find(context.Value(Key));
        IReadOnlyList<string> values = context.Value(Value);
        if (setting.IsSecret && values.Count == 0)
        {
            values = [SecretPrompt.Read(context.Terminal, setting.Key)];
        }

        Change(context, setting, values);
        return ShowOne(context, setting);
    }

    private static Task<int> UnsetAsync(CommandContext context, CancellationToken cancellationToken)
    {
        Setting setting = Find(context.Value(Key));
        Change(context, setting, values: null);
        return ShowOne(context, setting);
    }

    private static void Change(CommandContext context, Setting setting, IReadOnlyList<string>? values)
    {
        try
        {
            context.Home.Create();
            ConfigurationFile.Read(context.Home.ConfigFile).Set(setting, values);
        }
        catch (FormatException wrong)
        {
            throw new UsageException($"{setting.Key} {wrong.Message}.");
        }
    }

    private static Task<int> ShowOne(CommandContext context, Setting setting)
    {
        NodeConfiguration configuration = NodeConfiguration.Load(context.Home, NoFlags, context.Variable);
        SettingValue value = configuration.Values.Single(v => v.Setting == setting);
        if (context.Json)
        {
            context.WriteJson(ConfigEntry.From(value), CliJson.Default.ConfigEntry);
            return Task.FromResult(ExitCode.Done);
        }

        context.Terminal.Out.WriteLine($"{setting.Key} is {value.Shown} ({context.Home.ConfigFile})");
        if (value.Origin is SettingOrigin.Environment)
        {
            context.Terminal.Error.WriteLine($"Note: {value.Where} is set and wins over the file.");
        }

        return Task.FromResult(ExitCode.Done);
    }

    private static Setting Find(string key) => Settings.Find(key)
        ?? throw new UsageException(
            $"'{key}' is not a setting; known are {string.Join(", ", Settings.All.Select(s => s.Key))}.");

    private static string HomeOrigin(HomeFolder home) => home.Origin switch
    {
        SettingOrigin.Flag => "--home",
        SettingOrigin.Environment => HomeFolder.Variable,
        _ => "default",
    };
}
