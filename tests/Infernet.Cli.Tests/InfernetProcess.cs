using System.Diagnostics;

namespace Infernet.Cli.Tests;

/// <summary>
/// The real executable in a process of its own, with a fresh home, no colours, and nothing of this environment that it
/// would read.
/// </summary>
internal sealed class InfernetProcess : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public InfernetProcess() => Home = Directory.CreateTempSubdirectory("inf-").FullName;

    public string Home { get; }

    /// <summary>Variables beside INFERNET_HOME.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>The executable beside these tests.</summary>
    public static string Executable { get; } = Path.Combine(AppContext.BaseDirectory, "infernet");

    /// <summary>Runs a command to its end.</summary>
    public async Task<Outcome> RunAsync(string[] arguments, string? input = null)
    {
        using Process process = Start(arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }

        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
            return new Outcome(process.ExitCode, await output.WaitAsync(Patience), await error.WaitAsync(Patience));
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Starts a command whose end is the caller's business.</summary>
    public Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo(Executable, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Home,
        };
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("INFERNET_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["INFERNET_HOME"] = Home;
        foreach ((string name, string value) in Variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    public string Write(string name, string content)
    {
        string path = Path.Combine(Home, name);
        File.WriteAllText(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Home, recursive: true);

    /// <summary>How a command ended.</summary>
    internal sealed record Outcome(int ExitCode, string Output, string Error);
}
