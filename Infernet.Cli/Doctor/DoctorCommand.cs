using System.CommandLine;
using Infernet.Cli.Commands;
using Infernet.Cli.Terminals;
using Infernet.Daemon.Configuration;
using Infernet.Daemon.Diagnostics;

namespace Infernet.Cli.Doctor;

/// <summary><c>infernet doctor</c>: what works on this machine, what does not, and what to do about it.</summary>
internal static class DoctorCommand
{
    public static Command Create() => new CliCommand(
        "doctor",
        "Check what works on this machine and say what to do about what does not. Exits with 4 if a check failed.",
        "infernet doctor",
        "infernet doctor --json | jq '.[] | select(.state==\"failed\")'")
        .Runs(RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        NodeConfiguration? configuration = null;
        Diagnostic config;
        try
        {
            configuration = NodeConfiguration.Load(
                context.Home, new Dictionary<string, IReadOnlyList<string>>(), context.Variable);
            config = Diagnostic.Ok(
                "configuration", File.Exists(context.Home.ConfigFile) ? context.Home.ConfigFile : "defaults");
        }
        catch (ConfigurationException wrong)
        {
            config = Diagnostic.Failed(
                "configuration", string.Join("; ", wrong.Problems), "Correct it by hand, or with 'infernet config set'.");
        }

        List<Diagnostic> found =
        [
            HomeDiagnostics.Check(context.Home),
            config,
            .. EnvironmentDiagnostics.Check(Environment.GetEnvironmentVariables()),
            .. LibraryDiagnostics.Run(configuration?.Get(Settings.CpuVariant)),
            .. HardwareDiagnostics.Run(context.Home.FullPath),
            .. await NetworkDiagnostics.RunAsync(context, configuration, cancellationToken),
            .. configuration is null
                ? []
                : await PaymentDiagnostics.RunAsync(configuration, context.Time, cancellationToken),
        ];
        Write(context, found);
        return found.Any(d => d.State == DiagnosticState.Failed) ? ExitCode.Failed : ExitCode.Done;
    }

    private static void Write(CommandContext context, IReadOnlyList<Diagnostic> found)
    {
        if (context.Json)
        {
            context.WriteJson(found, CliJson.Default.IReadOnlyListDiagnostic);
            return;
        }

        Ink ink = context.Terminal.OutInk;
        foreach (Diagnostic one in found)
        {
            string mark = one.State switch
            {
                DiagnosticState.Ok => ink.Green("ok    "),
                DiagnosticState.Note => ink.Yellow("note  "),
                _ => ink.Red("FAILED"),
            };
            context.Terminal.Out.WriteLine($"{mark}  {one.Name,-14} {ink.Safe(one.Finding)}");
            if (one.Advice is { } advice)
            {
                context.Terminal.Out.WriteLine($"        {"",-14} {ink.Cyan("→")} {advice}");
            }
        }

        int failed = found.Count(d => d.State == DiagnosticState.Failed);
        context.Terminal.Out.WriteLine();
        context.Terminal.Out.WriteLine(failed switch
        {
            0 => "All that a node needs is there.",
            1 => ink.Red("One check failed."),
            _ => ink.Red($"{failed} checks failed."),
        });
    }
}
