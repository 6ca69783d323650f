using System.Text.RegularExpressions;

namespace Infernet.Architecture.Tests;

/// <summary>House rules of CONTRIBUTING.md that can be read off the sources.</summary>
[TestFixture]
public sealed partial class SourceTests
{
    private const int MaxLines = 500;

    private static readonly string[] Code = [".cs", ".mjs", ".sh", ".c", ".h", ".py", ".proto"];

    [Test]
    public void Sources_EachFile_HasAtMost500Lines() => AssertNone(
        Repository.TextFiles.Where(f => Code.Contains(Path.GetExtension(f)))
            .Select(f => (File: f, Lines: Repository.Lines(f).Length))
            .Where(f => f.Lines > MaxLines)
            .Select(f => $"{f.File} has {f.Lines} lines; split it"));

    // What reads the wall clock or the process's own randomness can be neither replayed nor tested: TimeProvider and
    // an injected source stand in for them.
    [Test]
    public void ProductSources_TimeAndRandomness_AreInjected() =>
        AssertNone(Matches(Repository.ProductSources, AmbientState(), "inject TimeProvider or a seeded source"));

    [Test]
    public void ProductSources_Namespaces_MatchTheirFolders() => AssertNone(
        from file in Repository.ProductSources
        let declared = Repository.Lines(file).Select(l => Namespace().Match(l)).FirstOrDefault(m => m.Success)
        let expected = Path.GetDirectoryName(file)!.Replace('/', '.')
        where declared is null ? TopLevelTypes(file).Any() : declared.Groups[1].Value != expected
        select $"{file}: the namespace should be {expected}");

    // A delegate may stand beside the type that takes it.
    [Test]
    public void ProductSources_EachFile_HasOnePublicType() => AssertNone(
        from file in Repository.ProductSources
        let types = TopLevelTypes(file).Where(t => t.StartsWith("public ", StringComparison.Ordinal)).ToArray()
        where types.Length > 1
        select $"{file}: {string.Join(" and ", types)} should each have a file");

    [Test]
    public void TestSources_Waiting_IsForASignal() =>
        AssertNone(Matches(Repository.TestSources, Sleeping(), "wait on a signal, or advance a fake clock"));

    [Test]
    public void TestSources_EachTest_Runs() =>
        AssertNone(Matches(Repository.TestSources, Skipping(), "a test that does not run protects nothing"));

    [Test]
    public void Files_EachOne_IsFreeOfRegistriesAndMachinePaths() =>
        AssertNone(Matches(Repository.TextFiles, PlaceBound(), "the repository must build elsewhere too"));

    private static IEnumerable<string> TopLevelTypes(string file) =>
        Repository.Lines(file).Select(l => TypeDeclaration().Match(l)).Where(m => m.Success).Select(m => m.Value);

    private static IEnumerable<string> Matches(IEnumerable<string> files, Regex forbidden, string advice) =>
        from file in files
        where Path.GetFileName(file) != nameof(SourceTests) + ".cs"
        from line in Repository.Lines(file).Select((text, index) => (Text: text, Number: index + 1))
        let match = forbidden.Match(line.Text)
        where match.Success
        select $"{file}:{line.Number}: '{match.Value}': {advice}";

    private static void AssertNone(IEnumerable<string> broken) =>
        Assert.That(string.Join('\n', broken), Is.Empty, "the rules are explained in CONTRIBUTING.md");

    [GeneratedRegex(@"\bDateTime(Offset)?\.((Utc)?Now|Today)\b|\bRandom\.Shared\b|\bEnvironment\.TickCount")]
    private static partial Regex AmbientState();

    [GeneratedRegex(@"^namespace ([\w.]+);")]
    private static partial Regex Namespace();

    [GeneratedRegex(
        @"^(public|internal|file)?\s*((sealed|static|abstract|partial|readonly|ref|unsafe) )*"
        + @"(class|struct|record struct|record class|record|interface|enum) \w+")]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"\bThread\.Sleep\b|\bTask\.Delay\((?!Timeout\.Infinite)")]
    private static partial Regex Sleeping();

    [GeneratedRegex(@"\[(Ignore|Explicit)\b|\bAssert\.(Ignore|Inconclusive)\b")]
    private static partial Regex Skipping();

    [GeneratedRegex(
        @"registry\.npmjs|registry\.yarnpkg|nuget\.org|""resolved"": ""http|(?<![\w./-])(/work/|/home/\w+/)")]
    private static partial Regex PlaceBound();
}
