using System.Diagnostics;

namespace Infernet.Bench.Processes;

/// <summary>The installed <c>infernet</c>, as users run it: bench.sh puts it under artifacts/bench.</summary>
internal static class InfernetCommand
{
    private static readonly string Program = Path.Combine(Repository.Root, "artifacts", "bench", "bin", "infernet");

    /// <summary>Runs a command to its end; how long the whole process took.</summary>
    public static async Task<TimeSpan> RunAsync(CancellationToken token, params string[] arguments)
    {
        long began = Stopwatch.GetTimestamp();
        using Process process = Start(arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync(token);
        await process.StandardOutput.ReadToEndAsync(token);
        await process.WaitForExitAsync(token);
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        return process.ExitCode == 0
            ? took
            : throw new InvalidOperationException($"infernet {string.Join(' ', arguments)} failed: {await errors}");
    }

    /// <summary>Starts a command whose end is the caller's business.</summary>
    public static Process Start(params string[] arguments)
    {
        if (!File.Exists(Program))
        {
            throw new FileNotFoundException($"{Program} is missing; run this benchmark by ./bench.sh", Program);
        }

        var start = new ProcessStartInfo(Program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }
}
