using System.Runtime.CompilerServices;
using System.Text.Json;
using Infernet.Core.Api;

namespace Infernet.Cli.Tests.Nodes;

/// <summary>A real node, started, used and stopped by the real executable.</summary>
[TestFixture]
public sealed class NodeLifeTests
{
    private InfernetProcess _infernet = null!;
    private NodeStatus _status = null!;

    [OneTimeSetUp]
    public async Task SetUp()
    {
        _infernet = new InfernetProcess();
        InfernetProcess.Outcome started = await _infernet.RunAsync(
            ["node", "start", "--detach", "--json", "--listen", "/ip4/127.0.0.1/tcp/0", "--threads", "1"]);
        Assert.That(started.ExitCode, Is.Zero, started.Error);
        _status = JsonSerializer.Deserialize(started.Output, ApiJson.Default.NodeStatus)!;
        InfernetProcess.Outcome added = await _infernet.RunAsync(["model", "add", ModelFile(), "--alias", "pocket"]);
        Assert.That(added.ExitCode, Is.Zero, added.Error);
        Assert.That(added.Output, Does.StartWith("baf"));
    }

    [OneTimeTearDown]
    public async Task TearDown()
    {
        await _infernet.RunAsync(["node", "stop"]);
        _infernet.Dispose();
    }

    [Test]
    public async Task Status_Running_SaysHowToJoin()
    {
        InfernetProcess.Outcome status = await _infernet.RunAsync(["node", "status"]);
        Assert.That(status.ExitCode, Is.Zero);
        Assert.That(status.Output, Does.Contain(_status.PeerId).And.Contain("infernet node start --bootstrap /ip4/127.0.0.1/tcp/"));
    }

    [Test]
    public async Task Start_SecondOnTheSameHome_IsRefused()
    {
        InfernetProcess.Outcome second = await _infernet.RunAsync(["node", "start", "--listen", "/ip4/127.0.0.1/tcp/0"]);
        Assert.That(second.ExitCode, Is.EqualTo(2));
        Assert.That(second.Error, Does.Contain($"A node already runs at {_infernet.Home}"));
    }

    [TestCase("--detach")]
    [TestCase("--no-serve")]
    public async Task Start_PortInUse_IsRefusedAndNamesIt(string flag)
    {
        using var other = new InfernetProcess();
        string address = _status.ListenAddresses[0].Split("/p2p/")[0];
        InfernetProcess.Outcome refused = await other.RunAsync(["node", "start", flag, "--listen", address]);
        Assert.That(refused.ExitCode, Is.EqualTo(2), refused.Error);
        Assert.That(refused.Error, Does.Contain(address).And.Not.Contain("   at "));
    }

    [Test]
    public async Task Submit_OnePrompt_PrintsTheAnswerAlone()
    {
        InfernetProcess.Outcome answer = await _infernet.RunAsync(
            ["job", "submit", "--model", "pocket", "--prompt", "What is a heron?"]);
        Assert.That(answer.ExitCode, Is.Zero, answer.Error);
        Assert.That(answer.Output, Does.StartWith("Heron (noun):").And.EndsWith("\n"));
        Assert.That(answer.Error, Does.Match("^Job [0-9a-f]{12} done: 1 of 1 in [^\n]* tokens generated.\n$"), "and no more");
    }

    [Test]
    public async Task Submit_StandardInput_AnswersInOrderWithStatusAtTheEnd()
    {
        InfernetProcess.Outcome answers = await _infernet.RunAsync(
            ["job", "submit", "--model", "pocket", "--max-tokens", "8", "--json", "-"],
            "\"What is a heron?\"\r\n\n{\"id\":\"b\",\"prompt\":\"What is a spoon?\"}\n");
        Assert.That(answers.ExitCode, Is.Zero, answers.Error);
        string[] lines = answers.Output.TrimEnd('\n').Split('\n');
        JobResult second = JsonSerializer.Deserialize(lines[1], ApiJson.Default.JobResult)!;
        JobStatus job = JsonSerializer.Deserialize(lines[2], ApiJson.Default.JobStatus)!;
        Assert.Multiple(() =>
        {
            Assert.That(lines, Has.Length.EqualTo(3));
            Assert.That((second.Index, second.Id, second.CompletionTokens), Is.EqualTo((1, "b", 8)));
            Assert.That((job.State, job.DoneItems), Is.EqualTo(("done", 2)));
        });
    }

    [Test]
    public async Task Submit_OutputFile_HoldsTheResults()
    {
        string file = Path.Combine(_infernet.Home, "results.txt");
        InfernetProcess.Outcome done = await _infernet.RunAsync(
            ["job", "submit", "-m", "pocket", "-p", "What is a heron?", "-p", "What is a spoon?", "-o", file, "--quiet"]);
        Assert.That(done, Is.EqualTo(new InfernetProcess.Outcome(0, "", "")));
        Assert.That(File.ReadAllLines(file), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task Submit_UnknownModel_SaysWhichAreServed()
    {
        InfernetProcess.Outcome refused = await _infernet.RunAsync(["job", "submit", "-m", "nope", "-p", "x"]);
        Assert.That(refused.ExitCode, Is.EqualTo(2));
        Assert.That(refused.Error, Does.Contain("nope").And.Contain("pocket"));
    }

    [Test]
    public async Task Submit_TooFewProviders_FailsWith4()
    {
        InfernetProcess.Outcome refused = await _infernet.RunAsync(
            ["job", "submit", "-m", "pocket", "-p", "x", "--min-providers", "3"]);
        Assert.That(refused.ExitCode, Is.EqualTo(4), refused.Error);
    }

    [Test]
    public async Task Job_Detached_CanBeWatchedListedAndFetched()
    {
        InfernetProcess.Outcome submitted = await _infernet.RunAsync(
            ["job", "submit", "-m", "pocket", "-p", "What is a heron?", "--detach"]);
        string id = submitted.Output.Trim();
        InfernetProcess.Outcome watched = await _infernet.RunAsync(["job", "watch", id[..10], "--json"]);
        InfernetProcess.Outcome results = await _infernet.RunAsync(["job", "results", id]);
        InfernetProcess.Outcome list = await _infernet.RunAsync(["job", "list"]);
        InfernetProcess.Outcome receipts = await _infernet.RunAsync(["job", "show", id, "--receipts"]);
        Assert.Multiple(() =>
        {
            Assert.That(id, Does.Match("^[0-9a-f]{32}$"));
            Assert.That(watched.ExitCode, Is.Zero, watched.Error);
            Assert.That(JsonSerializer.Deserialize(
                watched.Output.TrimEnd('\n').Split('\n')[^1], ApiJson.Default.JobStatus)!.State, Is.EqualTo("done"));
            Assert.That(results.Output, Does.StartWith("Heron (noun):"));
            Assert.That(list.Output, Does.Contain(id[..12]));
            Assert.That(receipts.Output, Does.Contain("yes"));
        });
    }

    [TestCase("model remove nope")]
    [TestCase("job show ffff")]
    public async Task Run_NameThatIsNotThere_ExitsWith2(string line)
    {
        InfernetProcess.Outcome refused = await _infernet.RunAsync(line.Split(' '));
        Assert.That(refused.ExitCode, Is.EqualTo(2));
    }

    [Test]
    public async Task Connect_NobodyThere_ExitsWith3()
    {
        InfernetProcess.Outcome refused = await _infernet.RunAsync(
            ["peers", "connect", "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA"]);
        Assert.That(refused.ExitCode, Is.EqualTo(3), refused.Error);
    }

    [Test]
    public async Task Challenge_NobodyThere_ExitsWith3()
    {
        InfernetProcess.Outcome refused = await _infernet.RunAsync(
            ["peers", "challenge", "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA"]);
        Assert.That(refused.ExitCode, Is.EqualTo(3), refused.Error);
    }

    [Test]
    public async Task Challenge_OfAnotherNode_PrintsWhatWasMeasured()
    {
        using var other = new InfernetProcess();
        await other.RunAsync(
            ["node", "start", "-d", "--listen", "/ip4/127.0.0.1/tcp/0", "--bootstrap", _status.ListenAddresses[0]]);
        InfernetProcess.Outcome measured = await other.RunAsync(
            ["peers", "challenge", _status.PeerId, "--kind", "memory", "--size", "1048576", "--json"]);
        InfernetProcess.Outcome refused = await other.RunAsync(
            ["peers", "challenge", _status.PeerId, "--size", "100"]);
        await other.RunAsync(["node", "stop"]);

        // A loaded machine may read its memory more slowly than any machine should.
        Assert.That(measured.ExitCode, Is.EqualTo(0).Or.EqualTo(5), measured.Error);
        ChallengeReport report = JsonSerializer.Deserialize(measured.Output, ApiJson.Default.ChallengeReport)!;
        Assert.That(report.Kernel, Is.EqualTo("memory-walk"));
        Assert.That(report.Rate, Is.GreaterThan(0), report.Reason);
        Assert.That(refused.ExitCode, Is.EqualTo(2));
        Assert.That(refused.Error, Does.Contain("multiple of 64"));
    }

    [Test]
    public async Task Stop_Running_WaitsUntilItIsGone()
    {
        using var other = new InfernetProcess();
        InfernetProcess.Outcome started = await other.RunAsync(
            ["node", "start", "-d", "--listen", "/ip4/127.0.0.1/tcp/0", "--no-serve"]);
        InfernetProcess.Outcome stopped = await other.RunAsync(["node", "stop"]);
        InfernetProcess.Outcome status = await other.RunAsync(["node", "status"]);
        Assert.Multiple(() =>
        {
            Assert.That(started.ExitCode, Is.Zero, started.Error);
            Assert.That(started.Output, Does.Contain("Ready:"));
            Assert.That(stopped.ExitCode, Is.Zero, stopped.Error);
            Assert.That(status.ExitCode, Is.EqualTo(3));
            Assert.That(File.Exists(Path.Combine(other.Home, "api.sock")), Is.False);
        });
    }

    private static string ModelFile([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(
        Path.GetDirectoryName(here)!, "../../../models/pocket-wordnet-5m/pocket-wordnet-5m.q8_0.gguf"));
}
