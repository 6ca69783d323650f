using System.Diagnostics;

namespace Infernet.Bench.Processes;

/// <summary>The installed <c>infernet</c>, as users run it: bench.sh puts it under artifacts/bench.</summary>
internal static class InfernetCommand
{
    private static readonly string Program = Path.Combine(Repository.Root, "artifacts", "bench", "bin", "infernet");

    /// <summary>Runs a command to its end; how long the whole process took.</summary>
    public static async Task<TimeSpan> RunAsync(CancellationToken token, params string[] arguments)
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
        long began = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(token);
        await process.StandardOutput.ReadToEndAsync(token);
        await process.WaitForExitAsync(token);
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        return process.ExitCode == 0
            ? took
            : throw new InvalidOperationException($"infernet {string.Join(' ', arguments)} failed: {await errors}");
    }
}
