using System.Text.Json;

namespace Infernet.Cli.Tests.Commands;

/// <summary>Commands when nothing runs at the home, and input that never gets as far as a node.</summary>
[TestFixture]
public sealed class NoNodeTests
{
    private InfernetProcess _infernet = null!;

    [SetUp]
    public void SetUp() => _infernet = new InfernetProcess();

    [TearDown]
    public void TearDown() => _infernet.Dispose();

    [TestCase("node status")]
    [TestCase("node stop")]
    [TestCase("model list")]
    [TestCase("model pull tiny")]
    [TestCase("model remove tiny")]
    [TestCase("job list")]
    [TestCase("job show 3f2a")]
    [TestCase("job watch 3f2a")]
    [TestCase("job results 3f2a")]
    [TestCase("job cancel 3f2a")]
    [TestCase("job resume 3f2a")]
    [TestCase("job submit --model m --prompt hello")]
    [TestCase("peers")]
    [TestCase("peers connect /ip4/127.0.0.1/tcp/1")]
    [TestCase("peers challenge 12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA")]
    [TestCase("reputation list")]
    [TestCase("reputation show 12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN")]
    [TestCase("evidence export 3f2a -o case.evidence")]
    public async Task Run_NoNode_SaysHowToStartOneAndExitsWith3(string line)
    {
        InfernetProcess.Outcome outcome = await _infernet.RunAsync(line.Split(' '));
        Assert.Multiple(() =>
        {
            Assert.That(outcome.ExitCode, Is.EqualTo(3), outcome.Error);
            Assert.That(outcome.Output, Is.Empty);
            Assert.That(outcome.Error, Does.Contain($"No node runs at {_infernet.Home}").And.Contain("infernet node start"));
        });
    }

    [Test]
    public async Task Run_NoNodeAndJson_SaysSoAsJson()
    {
        InfernetProcess.Outcome outcome = await _infernet.RunAsync(["node", "status", "--json"]);
        using JsonDocument error = JsonDocument.Parse(outcome.Error);
        Assert.That(error.RootElement.GetProperty("code").GetString(), Is.EqualTo("unreachable"));
    }

    [Test]
    public async Task Run_HomeTooDeepForASocket_SaysSo()
    {
        string deep = Path.Combine(_infernet.Home, new string('d', 120));
        InfernetProcess.Outcome outcome = await _infernet.RunAsync(["node", "status", "--home", deep]);
        Assert.That(outcome.ExitCode, Is.EqualTo(3));
        Assert.That(outcome.Error, Does.Contain("too long for a Unix socket"));
    }

    [TestCase("--prompt", "x")]
    [TestCase("--model", "m")]
    [TestCase("--model", "m", "--prompt", "x", "--temperature", "7")]
    [TestCase("--model", "m", "--prompt", "x", "--input", "y")]
    [TestCase("--model", "m", "--prompt", "x", "--deadline", "soon")]
    [TestCase("--model", "m", "--prompt", "x", "--min-providers", "3", "--max-providers", "1")]
    [TestCase("--model", "m", "--input", "no-such-file")]
    [TestCase("--model", "m", "--input", ".")]
    [TestCase("no-such-file.yaml")]
    [TestCase("prompts.jsonl")]
    [TestCase("--model", "m", "--prompt", "x", "--detach", "--output", "f")]
    [TestCase("--model", "m", "--prompt", "x", "--output", "no/such/folder")]
    public async Task Submit_InputThatIsWrong_ExitsWith2(params string[] arguments)
    {
        InfernetProcess.Outcome outcome = await _infernet.RunAsync(["job", "submit", .. arguments]);
        Assert.That(outcome.ExitCode, Is.EqualTo(2), outcome.Error);
        Assert.That(outcome.Error, Does.StartWith("infernet: "));
        Assert.That(outcome.Error, Does.Not.Contain("   at "), "a stack trace is not for users");
    }

    [Test]
    public async Task Submit_BadLineOnStandardInput_NamesItsNumber()
    {
        InfernetProcess.Outcome outcome = await _infernet.RunAsync(
            ["job", "submit", "--model", "m", "-"], "{\"prompt\":\"a\"}\nnonsense\n");
        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Error, Does.Contain("standard input has bad lines").And.Contain("line 2: is not JSON"));
    }

    [Test]
    public async Task Submit_SkipBad_GoesOnToTheNode()
    {
        InfernetProcess.Outcome outcome = await _infernet.RunAsync(
            ["job", "submit", "--model", "m", "--skip-bad", "--input", "-"], "{\"prompt\":\"a\"}\nnonsense\n");
        Assert.That(outcome.ExitCode, Is.EqualTo(3));
        Assert.That(outcome.Error, Does.Contain("skipped line 2").And.Contain("No node runs"));
    }

    [Test]
    public async Task Submit_SpecificationFile_IsCheckedWhole()
    {
        string file = _infernet.Write("job.yaml", "model: m\ninputs: [a]\nsampling: {temprature: 1}\ndeadline: never\n");
        InfernetProcess.Outcome outcome = await _infernet.RunAsync(["job", "submit", file]);
        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Error, Does.Contain("sampling.temprature: is not known here").And.Contain("deadline: must be a time"));
    }

    [TestCase("job.yaml", "model: m\ninputs: [a]\n")]
    [TestCase("job.json", "{\"model\":\"m\",\"inputs\":[\"a\"]}")]
    [TestCase("job", "{\"model\":\"m\",\"inputs\":[\"a\"]}")]
    public async Task Submit_GoodSpecification_GoesOnToTheNode(string name, string content)
    {
        InfernetProcess.Outcome outcome = await _infernet.RunAsync(["job", "submit", _infernet.Write(name, content)]);
        Assert.That(outcome.ExitCode, Is.EqualTo(3), outcome.Error);
    }

    [TestCase("model add no-such.gguf", "There is no file")]
    [TestCase("model add .", "is a folder")]
    [TestCase("peers connect 192.0.2.1:4001", "is not a peer's address")]
    [TestCase("peers challenge somebody", "is not a peer id")]
    [TestCase("config set slots 0", "slots must be a whole number from 1 to 256")]
    [TestCase("config set slotz 1", "'slotz' is not a setting; known are")]
    [TestCase("node start --slots none", "slots must be a whole number")]
    [TestCase("node start --listen 4001", "listen must look like")]
    [TestCase("node start --serve --no-serve", "exclude each other")]
    [TestCase("node start --home /proc/nowhere/x", "can't be made")]
    public async Task Run_ArgumentThatIsWrong_ExitsWith2(string line, string reason)
    {
        InfernetProcess.Outcome outcome = await _infernet.RunAsync(line.Split(' '));
        Assert.That(outcome.ExitCode, Is.EqualTo(2), outcome.Error);
        Assert.That(outcome.Error, Does.Contain(reason));
    }

    [Test]
    public async Task Config_SetThenShow_SaysWhereTheValueComesFrom()
    {
        InfernetProcess.Outcome set = await _infernet.RunAsync(["config", "set", "slots", "4"]);
        Assert.That(set.ExitCode, Is.Zero, set.Error);
        _infernet.Variables["INFERNET_THREADS"] = "3";
        InfernetProcess.Outcome shown = await _infernet.RunAsync(["config", "show", "--json"]);
        using JsonDocument settings = JsonDocument.Parse(shown.Output);
        Assert.Multiple(() =>
        {
            Assert.That(Setting("slots", "value"), Is.EqualTo("4"));
            Assert.That(Setting("slots", "origin"), Is.EqualTo("file"));
            Assert.That(Setting("threads", "value"), Is.EqualTo("3"));
            Assert.That(Setting("threads", "origin"), Is.EqualTo("environment"));
            Assert.That(Setting("serve", "origin"), Is.EqualTo("default"));
        });

        string? Setting(string key, string field) => settings.RootElement.EnumerateArray()
            .Single(s => s.GetProperty("key").GetString() == key).GetProperty(field).GetString();
    }

    [Test]
    public async Task Config_SecretFromAPipe_IsKeptButNeverShown()
    {
        InfernetProcess.Outcome set = await _infernet.RunAsync(["config", "set", "identity_passphrase"], "hunter2\n");
        InfernetProcess.Outcome shown = await _infernet.RunAsync(["config", "show", "--json"]);
        Assert.That(set.ExitCode, Is.Zero, set.Error);
        Assert.That(set.Output + shown.Output, Does.Not.Contain("hunter2").And.Contain("(set)"));
        Assert.That(File.ReadAllText(Path.Combine(_infernet.Home, "config.yaml")), Does.Contain("hunter2"));
    }

    [Test]
    public async Task Doctor_FreshHome_SaysWhatWorks()
    {
        InfernetProcess.Outcome outcome = await _infernet.RunAsync(["doctor", "--json"]);
        using JsonDocument found = JsonDocument.Parse(outcome.Output);
        string[] names = [.. found.RootElement.EnumerateArray().Select(d => d.GetProperty("name").GetString()!)];
        Assert.That(names, Is.SupersetOf(new[] { "home", "configuration", "libsodium", "SQLite", "llama.cpp", "memory", "disk", "GPU", "node", "Docker" }));
    }

    [Test]
    public async Task Doctor_BrokenConfiguration_FailsWith4()
    {
        _infernet.Write("config.yaml", "slots: 0\n");
        InfernetProcess.Outcome outcome = await _infernet.RunAsync(["doctor"]);
        Assert.That(outcome.ExitCode, Is.EqualTo(4));
        Assert.That(outcome.Output, Does.Contain("FAILED  configuration").And.Contain("config.yaml line 1"));
    }
}
