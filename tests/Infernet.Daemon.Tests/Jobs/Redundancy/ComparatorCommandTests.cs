using Infernet.Daemon.Jobs.Redundancy;

namespace Infernet.Daemon.Tests.Jobs.Redundancy;

/// <summary>Comparators of submitters, good and bad, as real programs.</summary>
[TestFixture]
[Platform("Linux")]
public sealed class ComparatorCommandTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly ComparatorOptions Patient = new() { TimeLimit = Patience };

    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("infernet-comparator-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [TestCase(0, true)]
    [TestCase(1, false)]
    public async Task ExitCode_0Or1_IsTheAnswer(int code, bool same) =>
        Assert.That(await Run(Shell($"exit {code}")), Is.EqualTo(same));

    [TestCase(2)]
    [TestCase(127)]
    public async Task ExitCode_OfAnotherKind_IsAnErrorThatNamesTheCommand(int code)
    {
        ComparisonException failed = await Fails(Shell($"echo 'no such column' >&2; exit {code}"));
        Assert.That(failed.Message, Does.StartWith("verification.command 'sh -c")
            .And.Contain($"exited with {code}").And.Contain("no such column"));
    }

    [Test]
    public async Task Crash_IsAnError() =>
        Assert.That((await Fails(Shell("kill -SEGV $$"))).Message, Does.Contain("exited with 139"));

    [TestCase("infernet-no-such-program")]
    [TestCase("/no/such/program")]
    [TestCase("/etc/passwd")]
    public async Task Program_ThatIsNotThere_IsAnErrorThatSaysSo(string program) =>
        Assert.That((await Fails([program])).Message, Does.Contain(program).And.Contain("is not to be found"));

    [Test]
    public async Task Input_IsBothAnswersAsJson()
    {
        string file = Path.Combine(_folder, "input");
        var comparator = new ComparatorCommand(["sh", "-c", $"cat > '{file}'"], Patient, TimeProvider.System);
        await comparator.AreSameAsync(
            Answers.Text("O'Hara\n$(reboot)"), Answers.Numbers(0.5f, float.NaN), CancellationToken.None);

        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo(
            """{"index":7,"a":{"output":"O\u0027Hara\n$(reboot)"},"b":{"output":null,"embedding":[0.5,null]}}"""));
    }

    [Test]
    public async Task Arguments_AreNotReadByAShell()
    {
        string file = Path.Combine(_folder, "proof");
        Assert.That(await Run(["true", $"; touch '{file}'", "$(touch x)", "`touch y`"]), Is.True);
        Assert.That(Directory.EnumerateFileSystemEntries(_folder), Is.Empty);
    }

    [Test]
    public async Task Environment_HasNoneOfTheNodesSecrets()
    {
        Environment.SetEnvironmentVariable("INFERNET_IDENTITY_PASSPHRASE", "secret");
        try
        {
            Assert.That(await Run(Shell("test -z \"$INFERNET_IDENTITY_PASSPHRASE\" && test -n \"$PATH\"")), Is.True);
        }
        finally
        {
            Environment.SetEnvironmentVariable("INFERNET_IDENTITY_PASSPHRASE", null);
        }
    }

    [Test]
    public async Task Input_ThatIsNotRead_IsNoError()
    {
        var comparator = new ComparatorCommand(["true"], Patient, TimeProvider.System);
        string large = new('x', 4 << 20);
        Assert.That(
            await comparator.AreSameAsync(Answers.Text(large), Answers.Text(large + "y"), CancellationToken.None)
                .AsTask().WaitAsync(Patience),
            Is.True);
    }

    [TestCase("yes")]
    [TestCase("yes >&2")]
    public async Task Output_WithoutEnd_IsCutOff(string script) =>
        Assert.That((await Fails(Shell(script))).Message, Does.Contain("wrote more than 65536 bytes"));

    [Test]
    public async Task Output_WithinTheLimit_IsNobodysBusiness() =>
        Assert.That(await Run(Shell("head -c 60000 /dev/zero; head -c 60000 /dev/zero >&2; exit 0")), Is.True);

    [Test]
    public async Task Command_ThatDoesNotEnd_IsKilledWithAllThatItStarted()
    {
        string file = Path.Combine(_folder, "pids");
        var quick = new ComparatorOptions { TimeLimit = TimeSpan.FromSeconds(2) };
        string script = $"(trap '' TERM INT HUP; echo $$ >> '{file}'; exec sleep 600) & echo $! >> '{file}'; "
            + $"echo $$ >> '{file}'; trap '' TERM; sleep 600 & wait; wait";
        var comparator = new ComparatorCommand(["sh", "-c", script], quick, TimeProvider.System);

        ComparisonException? failed = await Assert.ThrowsAsync<ComparisonException>(() => Compare(comparator));

        Assert.That(failed!.Message, Does.Contain("did not end within 2 s"));
        AssertGone(file);
    }

    [Test]
    public async Task Command_ThatLeavesSomethingRunning_IsNotWaitedForAndCleanedUpAfter()
    {
        string file = Path.Combine(_folder, "pids");
        // The child is an orphan by the time the command ends, and holds its standard output open.
        Assert.That(await Run(Shell($"(sleep 600 & echo $! > '{file}') ; exit 0")), Is.True);
        AssertGone(file);
    }

    [Test]
    public async Task Cancellation_EndsTheCommand()
    {
        using var cancelled = new CancellationTokenSource();
        var comparator = new ComparatorCommand(Shell("sleep 600"), Patient, TimeProvider.System);
        Task<bool> running = comparator
            .AreSameAsync(Answers.Text("a"), Answers.Text("b"), cancelled.Token).AsTask();
        await cancelled.CancelAsync();

        Assert.That(async () => await running.WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());
    }

    private static string[] Shell(string script) => ["sh", "-c", script];

    private static Task<bool> Run(string[] command) =>
        Compare(new ComparatorCommand(command, Patient, TimeProvider.System));

    private static Task<bool> Compare(ComparatorCommand comparator) =>
        comparator.AreSameAsync(Answers.Text("a"), Answers.Text("b"), CancellationToken.None)
            .AsTask().WaitAsync(Patience);

    private static async Task<ComparisonException> Fails(string[] command)
    {
        try
        {
            await Run(command);
        }
        catch (ComparisonException failed)
        {
            return failed;
        }

        throw new AssertionException("The comparison succeeded.");
    }

    // A killed process may be a zombie until its new parent has waited for it.
    private static void AssertGone(string file)
    {
        foreach (string pid in File.ReadAllLines(file))
        {
            string status = $"/proc/{pid}/stat";
            bool gone = SpinWait.SpinUntil(
                () => !File.Exists(status) || IsZombie(status), Patience);
            Assert.That(gone, $"process {pid} still runs");
        }
    }

    private static bool IsZombie(string status)
    {
        try
        {
            return File.ReadAllText(status).Split(')')[^1].TrimStart().StartsWith('Z');
        }
        catch (IOException)
        {
            return true;
        }
    }
}
