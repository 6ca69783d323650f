namespace Infernet.Architecture.Tests;

/// <summary>The files of the repository, without what is built or installed.</summary>
internal static class Repository
{
    private static readonly string[] Generated =
        [".git", "artifacts", "bin", "obj", "node_modules", "native", "TestResults", ".vs", ".idea"];

    private static readonly string[] Text =
        [".cs", ".csproj", ".props", ".targets", ".sln", ".json", ".md", ".mjs", ".js", ".sh", ".yml", ".yaml",
            ".proto", ".c", ".h", ".py", ".txt", ".service", ".html", ".css", ".editorconfig", ".gitignore", ".npmrc",
            ""];

    public static string Root { get; } = FindRoot();

    /// <summary>The product's projects, each a folder that begins with "Infernet.".</summary>
    public static IReadOnlyList<string> Projects { get; } =
        [.. Directory.GetDirectories(Root, "Infernet.*").Select(Path.GetFileName).Order(StringComparer.Ordinal)!];

    /// <summary>Every text file, as a path relative to the root.</summary>
    public static IReadOnlyList<string> TextFiles { get; } =
        [.. Walk(Root).Where(f => Text.Contains(Path.GetExtension(f))).Order(StringComparer.Ordinal)];

    /// <summary>The product's C# sources.</summary>
    public static IEnumerable<string> ProductSources => SourcesBelow("Infernet.");

    /// <summary>The C# sources of tests.</summary>
    public static IEnumerable<string> TestSources => SourcesBelow("tests/");

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    private static IEnumerable<string> SourcesBelow(string prefix) => TextFiles.Where(
        f => f.StartsWith(prefix, StringComparison.Ordinal) && f.EndsWith(".cs", StringComparison.Ordinal));

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
        }

        IEnumerable<string> folders = Directory.EnumerateDirectories(folder)
            .Where(f => !Generated.Contains(Path.GetFileName(f)) && new DirectoryInfo(f).LinkTarget is null);
        foreach (string file in folders.SelectMany(Walk))
        {
            yield return file;
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
