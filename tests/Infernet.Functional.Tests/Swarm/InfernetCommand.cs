using System.Diagnostics;

namespace Infernet.Functional.Tests.Swarm;

/// <summary>Runs the real executable against one home.</summary>
internal static class InfernetCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public static Process Start(string home, params string[] arguments)
    {
        var start = new ProcessStartInfo(Repository.Executable, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["INFERNET_HOME"] = home;
        start.Environment["NO_COLOR"] = "1";
        return Process.Start(start)!;
    }

    public static async Task<CommandResult> RunAsync(string home, params string[] arguments)
    {
        using Process process = Start(home, arguments);
        process.StandardInput.Close();
        return await FinishAsync(process);
    }

    public static async Task<CommandResult> FinishAsync(Process process)
    {
        using var limit = new CancellationTokenSource(Limit);
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
        Task<string> error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return new CommandResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{process.StartInfo.Arguments} did not end within {Limit}.");
        }
    }
}
