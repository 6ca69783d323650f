using System.Diagnostics;
using Infernet.Cli.Commands;
using Infernet.Cli.Terminals;
using Infernet.Core.Api;

namespace Infernet.Cli.Ledger;

/// <summary>The Node.js that runs the ledger, and the packages that it needs.</summary>
internal static class LedgerNodeJs
{
    /// <summary>What the ledger's packages ask for.</summary>
    public static Version Oldest { get; } = new(20, 18);

    /// <summary>Installs the packages if they are missing, and returns the program to start.</summary>
    /// <exception cref="ApiException">They can't be installed.</exception>
    public static async Task<string> PrepareAsync(
        LedgerFiles files, Terminal terminal, CancellationToken cancellationToken)
    {
        string? node = await FindAsync(files, cancellationToken);
        if (node is not null && files.IsInstalled)
        {
            return node;
        }

        RequireWritable(files);
        terminal.Error.WriteLine("The local ledger's packages are missing; npm fetches them (about 50 MB, once) …");
        using Process installer = Process.Start(new ProcessStartInfo(files.Installer) { RedirectStandardOutput = true })!;
        await installer.StandardOutput.ReadToEndAsync(cancellationToken);
        await installer.WaitForExitAsync(cancellationToken);
        return installer.ExitCode == 0 && await FindAsync(files, cancellationToken) is { } found
            ? found
            : throw new ApiException(
                "internal", $"The local ledger's packages could not be installed. See what {files.Installer} says.");
    }

    private static void RequireWritable(LedgerFiles files)
    {
        try
        {
            Directory.CreateDirectory(Path.Combine(files.Folder, "node_modules"));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(
                $"The local ledger's packages are missing, and {files.Folder} is not yours to write. "
                + $"Install them once with: sudo {files.Installer}");
        }
    }

    private static async Task<string?> FindAsync(LedgerFiles files, CancellationToken cancellationToken)
    {
        if (File.Exists(files.PinnedNode))
        {
            return files.PinnedNode;
        }

        const string machines = "node";
        try
        {
            using Process node = Process.Start(
                new ProcessStartInfo(machines, ["--version"]) { RedirectStandardOutput = true })!;
            string said = await node.StandardOutput.ReadToEndAsync(cancellationToken);
            await node.WaitForExitAsync(cancellationToken);
            return Version.TryParse(said.Trim().TrimStart('v'), out Version? version) && version >= Oldest
                ? machines
                : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
