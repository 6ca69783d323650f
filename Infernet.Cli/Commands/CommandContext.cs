using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using Infernet.Cli.Client;
using Infernet.Cli.Terminals;
using Infernet.Daemon.Configuration;

namespace Infernet.Cli.Commands;

/// <summary>What a command works with: its arguments, the terminal, the home, and the node at that home.</summary>
internal sealed class CommandContext : IDisposable
{
    private readonly Lazy<HomeFolder> _home;
    private readonly Lazy<ApiClient> _api;

    public CommandContext(ParseResult parsed, Terminal terminal, Func<string, string?> environment)
    {
        Parsed = parsed;
        Terminal = terminal;
        Variable = environment;
        _home = new Lazy<HomeFolder>(() => HomeFolder.Resolve(parsed.GetValue(GlobalOptions.Home), environment));
        _api = new Lazy<ApiClient>(() => new ApiClient(Home.Socket));
    }

    public ParseResult Parsed { get; }

    public Terminal Terminal { get; }

    /// <summary>Looks an environment variable up.</summary>
    public Func<string, string?> Variable { get; }

    public TimeProvider Time { get; } = TimeProvider.System;

    public bool Json => Parsed.GetValue(GlobalOptions.Json);

    public HomeFolder Home => _home.Value;

    public ApiClient Api => _api.Value;

    public T? Value<T>(Option<T> option) => Parsed.GetValue(option);

    public T Value<T>(Argument<T> argument) => Parsed.GetRequiredValue(argument);

    /// <summary>The home's settings, for commands that need no node.</summary>
    public NodeConfiguration Configuration() =>
        NodeConfiguration.Load(Home, new Dictionary<string, IReadOnlyList<string>>(), Variable);

    /// <summary>Writes a value as one line of JSON to standard output.</summary>
    public void WriteJson<T>(T value, JsonTypeInfo<T> type) =>
        Terminal.Out.WriteLine(JsonLine.Of(value, type));

    public void Dispose()
    {
        if (_api.IsValueCreated)
        {
            _api.Value.Dispose();
        }
    }
}
