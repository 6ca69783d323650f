using System.Diagnostics;
using Infernet.Cli.Completion;

namespace Infernet.Cli.Tests.Completion;

[TestFixture]
public sealed class CompletionTests
{
    [Test]
    public async Task Script_Bash_IsValid()
    {
        using var infernet = new InfernetProcess();
        string script = infernet.Write("completion.bash", CompletionScripts.For("bash"));
        using Process bash = Process.Start(new ProcessStartInfo("bash", ["-n", script]) { RedirectStandardError = true })!;
        string error = await bash.StandardError.ReadToEndAsync().WaitAsync(InfernetProcess.Patience);
        await bash.WaitForExitAsync().WaitAsync(InfernetProcess.Patience);
        Assert.That(bash.ExitCode, Is.Zero, error);
    }

    [Test]
    public async Task Script_InBash_CompletesCommandsAndFlags()
    {
        using var infernet = new InfernetProcess();
        string script = infernet.Write("completion.bash", CompletionScripts.For("bash"));
        string check = $$"""
            infernet() { "{{InfernetProcess.Executable}}" "$@"; }
            source "{{script}}"
            COMP_LINE="infernet job s" COMP_POINT=14 COMP_WORDS=(infernet job s) COMP_CWORD=2
            _infernet
            echo "${COMPREPLY[@]}"
            COMP_LINE="infernet job submit --temp" COMP_POINT=26 COMP_WORDS=(infernet job submit --temp) COMP_CWORD=3
            _infernet
            echo "${COMPREPLY[@]}"
            """;
        using Process bash = Process.Start(
            new ProcessStartInfo("bash", ["-c", check]) { RedirectStandardOutput = true })!;
        string output = await bash.StandardOutput.ReadToEndAsync().WaitAsync(InfernetProcess.Patience);
        Assert.That(output, Is.EqualTo("show submit\n--temperature\n"));
    }

    [TestCase("bash", "complete ")]
    [TestCase("zsh", "#compdef infernet")]
    [TestCase("fish", "complete --command infernet")]
    public async Task Command_EachShell_PrintsItsScript(string shell, string part)
    {
        using var infernet = new InfernetProcess();
        InfernetProcess.Outcome outcome = await infernet.RunAsync(["completion", shell]);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(outcome.Output, Does.Contain(part));
    }

    [Test]
    public async Task Command_UnknownShell_SaysWhichThereAre()
    {
        using var infernet = new InfernetProcess();
        InfernetProcess.Outcome outcome = await infernet.RunAsync(["completion", "tcsh"]);
        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Error, Does.Contain("bash").And.Contain("zsh").And.Contain("fish"));
    }
}
