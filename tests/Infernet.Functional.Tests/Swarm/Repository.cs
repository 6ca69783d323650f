namespace Infernet.Functional.Tests.Swarm;

/// <summary>Where the built program and the shipped model lie.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Executable { get; } = Existing(
        Path.Combine(Root, "artifacts", "bin", "Infernet.Cli", "release", "infernet"),
        "dotnet build -c Release infernet.sln");

    /// <summary>The provider that cheats.</summary>
    public static string Cheater { get; } = Existing(
        Path.Combine(Root, "artifacts", "bin", "Infernet.Cheater", "release", "Infernet.Cheater"),
        "dotnet build -c Release infernet.sln");

    public static string Model { get; } = Existing(
        Path.Combine(Root, "models", "pocket-wordnet-5m", "pocket-wordnet-5m.q8_0.gguf"), "a whole checkout");

    public static string QuestionsJsonl { get; } = Path.Combine(Path.GetDirectoryName(Model)!, "questions.jsonl");

    /// <summary>The expected answers, in the order of the questions.</summary>
    public static string[] ExpectedAnswers { get; } =
        [.. File.ReadLines(Path.Combine(Path.GetDirectoryName(Model)!, "questions.tsv")).Select(l => l.Split('\t')[2])];

    private static string FindRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "infernet.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException("These tests run from within a checkout of the repository.");
    }

    private static string Existing(string path, string how) => File.Exists(path)
        ? path
        : throw new FileNotFoundException($"{path} is missing; it comes from: {how}");
}
