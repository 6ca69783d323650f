using System.Diagnostics;
using System.Reflection;

namespace Infernet.Cli.Commands;

/// <summary>Starts this program again as a process of its own, with its output in a log file.</summary>
internal static class DetachedProcess
{
    /// <summary>Tells the process that it is to leave the terminal's session.</summary>
    public const string SessionFlag = "--own-session";

    // A shell gives the child its files before it becomes the program: one that inherited ours would keep the caller's
    // pipe open for as long as it runs.
    private const string Redirect = "log=$1; shift; exec \"$@\" </dev/null >>\"$log\" 2>&1";

    public static Process Start(string log, IEnumerable<string> arguments)
    {
        string program = Environment.ProcessPath
            ?? throw new InvalidOperationException("The system does not say where this program lies.");
        var start = new ProcessStartInfo("/bin/sh");
        foreach (string argument in (string[])["-c", Redirect, "sh", log, program])
        {
            start.ArgumentList.Add(argument);
        }

        // Under 'dotnet infernet.dll' the program is the runtime, and the assembly its first argument.
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(Assembly.GetEntryAssembly()!.Location);
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
