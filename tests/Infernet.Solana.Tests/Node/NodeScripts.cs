using System.Diagnostics;

namespace Infernet.Solana.Tests.Node;

/// <summary>Runs the scripts of tests/solana, which bring the real runtime and the reference client.</summary>
internal static class NodeScripts
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    public static string Root { get; } = FindRoot();

    public static string Folder { get; } = Path.Combine(Root, "tests", "solana");

    public static Process Start(string script, params IEnumerable<string> arguments)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules", "litesvm")))
        {
            throw new InvalidOperationException("The Solana runtime is missing. Install it with: tests/solana/install.sh");
        }

        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(script);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
    }

    /// <summary>Runs a script to its end and returns what it wrote.</summary>
    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        using Process node = Start(script, arguments);
        Task<string> output = node.StandardOutput.ReadToEndAsync();
        Task<string> errors = node.StandardError.ReadToEndAsync();
        try
        {
            await node.WaitForExitAsync().WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            node.Kill(entireProcessTree: true);
            throw;
        }

        Assert.That(node.ExitCode, Is.Zero, await errors);
        return await output;
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "infernet.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException("The tests run outside the repository.");
    }
}
