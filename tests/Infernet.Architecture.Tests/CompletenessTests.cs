using System.Text.RegularExpressions;

namespace Infernet.Architecture.Tests;

/// <summary>What is on the main branch is finished.</summary>
[TestFixture]
public sealed partial class CompletenessTests
{
    private const string ThisFile = nameof(CompletenessTests) + ".cs";

    [Test]
    public void Sources_EachFile_IsFinished()
    {
        IEnumerable<string> unfinished =
            from file in Repository.TextFiles
            where file.EndsWith(".cs", StringComparison.Ordinal) && Path.GetFileName(file) != ThisFile
            from line in Repository.Lines(file).Select((text, index) => (Text: text, Number: index + 1))
            where Unfinished().IsMatch(line.Text)
            select $"{file}:{line.Number}: {line.Text.Trim()}";
        Assert.That(string.Join('\n', unfinished), Is.Empty);
    }

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|\bNotImplementedException\b")]
    private static partial Regex Unfinished();
}
