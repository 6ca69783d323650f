using Infernet.Cli.Commands;
using Infernet.Cli.Jobs;

namespace Infernet.Cli.Tests.Jobs;

[TestFixture]
public sealed class OutputFileTests
{
    private string _folder = null!;

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("inf-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Commit_OverAnOldFile_ReplacesItWhole()
    {
        string path = Path.Combine(_folder, "out");
        File.WriteAllText(path, "old");
        using (OutputFile file = OutputFile.Create(path))
        {
            file.Writer.WriteLine("new");
            Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
            file.Commit();
        }

        Assert.That(File.ReadAllText(path), Is.EqualTo("new\n"));
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(1));
    }

    [Test]
    public void Dispose_WithoutCommit_LeavesNothingBehind()
    {
        string path = Path.Combine(_folder, "out");
        using (OutputFile file = OutputFile.Create(path))
        {
            file.Writer.WriteLine("lost");
        }

        Assert.That(Directory.GetFiles(_folder), Is.Empty);
    }

    [Test]
    public void Create_InAFolderThatIsNotThere_IsRefused() =>
        Assert.That(
            () => OutputFile.Create(Path.Combine(_folder, "no", "out")),
            Throws.TypeOf<UsageException>().With.Message.Contains("can't be written"));

    [Test]
    public void Create_OnAFolder_IsRefused() =>
        Assert.That(() => OutputFile.Create(_folder), Throws.TypeOf<UsageException>().With.Message.Contains("is a folder"));
}
