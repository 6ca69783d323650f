using System.Runtime.InteropServices;
using System.Text.Json;
using Infernet.Cheater.Cheats;
using Infernet.Core.Api;
using Infernet.Daemon.Configuration;
using Infernet.Execution;

namespace Infernet.Cheater;

/// <summary>
/// A node that looks like any other and cheats in one of many ways, so that tests can show that each is found out. It
/// takes the settings of <c>infernet node start</c>, runs in the foreground, prints one line of JSON when it is ready,
/// and is stopped by a signal or by <c>infernet node stop</c>.
/// </summary>
internal static class Program
{
    private const int Misused = 2;
    private const int Failed = 1;

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is [] or ["--help"] or ["list"])
        {
            PrintHelp();
            return arguments is [] ? Misused : 0;
        }

        using var stopped = new CancellationTokenSource();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            CheaterArguments parsed = CheaterArguments.Parse(arguments);
            await CheatingNode.RunAsync(parsed, stopped.Token);
            return 0;
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception wrong) when (wrong is ArgumentException or ConfigurationException)
        {
            Console.Error.WriteLine($"Infernet.Cheater: {wrong.Message}");
            return Misused;
        }
        catch (Exception failure) when (failure is ApiException or InferenceException or IOException or JsonException)
        {
            Console.Error.WriteLine($"Infernet.Cheater: {failure.Message}");
            return Failed;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopped.Cancel();
        }
    }

    private static void PrintHelp()
    {
        Console.WriteLine(
            $"""
            A provider that cheats, for tests.

            Infernet.Cheater --cheat NAME [--share 0..1] [--model FILE | --serve-instead FILE] [settings of node start]

              --share           cheats on this share of the work only (default: 1)
              --model           the model that it claims to serve; what it really serves is made of this file
              --serve-instead   what it really serves
              --canary-rate     tests auditors after this share of hearings

            Cheats:
            """);
        foreach (Cheat cheat in CheatCatalog.All)
        {
            Console.WriteLine($"  {cheat.Name,-22} {cheat.Description}");
        }
    }
}
