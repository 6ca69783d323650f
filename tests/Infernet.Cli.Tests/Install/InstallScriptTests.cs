using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Infernet.Cli.Tests.Install;

/// <summary>What install.sh does without building: its arguments, and taking an installation away.</summary>
[TestFixture]
public sealed class InstallScriptTests
{
    private string _prefix = null!;

    [SetUp]
    public void SetUp() => _prefix = Directory.CreateTempSubdirectory("inf-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_prefix, recursive: true);

    [Test]
    public async Task Uninstall_Installation_TakesAllOfItAndNothingElse()
    {
        string[] installed =
        [
            "bin/infernet", "lib/infernet/infernet", "lib/infernet/native/libllama.so",
            "lib/systemd/system/infernet.service", "share/bash-completion/completions/infernet",
            "share/zsh/site-functions/_infernet", "share/fish/vendor_completions.d/infernet.fish",
        ];
        string[] others = ["bin/other", "lib/other/file", "share/zsh/site-functions/_other"];
        foreach (string file in installed.Concat(others))
        {
            string path = Path.Combine(_prefix, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, "");
        }

        (int exitCode, string output) = await RunAsync("--uninstall", "--prefix", _prefix);

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(
            Directory.GetFiles(_prefix, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_prefix, f)),
            Is.EquivalentTo(others));
        Assert.That(Directory.Exists(Path.Combine(_prefix, "share/fish")), Is.False);
    }

    [Test]
    public async Task Uninstall_NothingInstalled_IsDone()
    {
        (int exitCode, string output) = await RunAsync($"--prefix={_prefix}", "--uninstall");
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Contain("Homes of nodes"));
    }

    [TestCase("--prefix")]
    [TestCase("--prefx", "/tmp")]
    [TestCase("uninstall")]
    public async Task Run_ArgumentThatIsWrong_SaysHowItIsUsed(params string[] arguments)
    {
        (int exitCode, string output) = await RunAsync(arguments);
        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output, Does.Contain("install.sh: "));
    }

    [Test]
    public async Task Run_PlaceThatIsNoFolder_IsRefusedBeforeAnythingIsBuilt()
    {
        string file = Path.Combine(_prefix, "file");
        await File.WriteAllTextAsync(file, "");
        (int exitCode, string output) = await RunAsync("--prefix", file);
        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output, Does.Contain("is not a folder"));
    }

    [Test]
    public void Unit_Text_HasTheStartAndNoPlaceOfItsOwn()
    {
        string unit = File.ReadAllText(Path.Combine(Root(), "packaging/systemd/infernet.service"));
        Assert.That(unit, Does.Contain("ExecStart=@PREFIX@/bin/infernet node start").And.Contain("Type=notify"));
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        string script = Path.Combine(Root(), "install.sh");
        using Process process = Process.Start(new ProcessStartInfo("bash", [script, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(InfernetProcess.Patience);
        return (process.ExitCode, await output + await error);
    }

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
