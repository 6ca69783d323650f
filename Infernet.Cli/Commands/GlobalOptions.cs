using System.CommandLine;

namespace Infernet.Cli.Commands;

/// <summary>Options that every command takes.</summary>
internal static class GlobalOptions
{
    public static Option<string> Home { get; } = new("--home")
    {
        Description = "The node's folder (default: INFERNET_HOME, or ~/.infernet).",
        HelpName = "DIR",
        Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Machine-readable output; the shapes are in docs/CLI.md.",
        Recursive = true,
    };
}
