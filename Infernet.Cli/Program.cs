using Infernet.Cli.Commands;

namespace Infernet.Cli;

/// <summary>The <c>infernet</c> executable.</summary>
internal static class Program
{
    /// <summary>What <c>--version</c> prints after the name.</summary>
    public static string Version { get; } = typeof(Program).Assembly.GetName().Version!.ToString(3);

    private static Task<int> Main(string[] arguments)
    {
        // Answered before anything else is loaded: scripts ask for it often.
        if (arguments is ["--version"])
        {
            using Stream output = Console.OpenStandardOutput();
            output.Write(System.Text.Encoding.UTF8.GetBytes($"infernet {Version}\n"));
            return Task.FromResult(ExitCode.Done);
        }

        return CommandLine.RunAsync(arguments);
    }
}
