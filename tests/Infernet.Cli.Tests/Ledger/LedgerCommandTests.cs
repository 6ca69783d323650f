using System.Diagnostics;
using System.Text.Json;

namespace Infernet.Cli.Tests.Ledger;

/// <summary>The local ledger from the command line: real processes, each on a port that is free.</summary>
[TestFixture]
public sealed class LedgerCommandTests
{
    private InfernetProcess _infernet = null!;

    [SetUp]
    public void SetUp() => _infernet = new InfernetProcess();

    [TearDown]
    public async Task TearDownAsync()
    {
        await _infernet.RunAsync(["ledger", "stop"]);
        _infernet.Dispose();
    }

    [TestCase("status")]
    [TestCase("stop")]
    [TestCase("give", "11111111111111111111111111111111", "1")]
    public async Task Command_NoLedgerRuns_SaysHowToStartOne(params string[] command)
    {
        InfernetProcess.Outcome outcome = await _infernet.RunAsync(["ledger", .. command]);
        Assert.That(outcome.ExitCode, Is.EqualTo(3), outcome.Error);
        Assert.That(outcome.Error, Does.Contain("infernet ledger start"));
    }

    [TestCase("70000", "0 to 65535")]
    [TestCase("-1", "")]
    [TestCase("rpc", "")]
    public async Task Start_PortThatIsNone_IsUsage(string port, string says)
    {
        InfernetProcess.Outcome outcome = await _infernet.RunAsync(["ledger", "start", "--port", port]);
        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Error, Does.Contain(says));
    }

    [Test]
    public async Task Start_PortInUse_SaysSo()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        int port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        foreach (string[] how in (string[][])[["--detach"], []])
        {
            InfernetProcess.Outcome outcome = await _infernet.RunAsync(["ledger", "start", "--port", $"{port}", .. how]);
            Assert.That(outcome.ExitCode, Is.EqualTo(1), outcome.Output);
            Assert.That(outcome.Error, Does.Contain($"port {port} is in use"));
        }
    }

    [Test]
    public async Task Start_Again_KeepsAddressesAndCluster()
    {
        JsonElement first = await StartAsync();
        InfernetProcess.Outcome second = await _infernet.RunAsync(["ledger", "start", "--port", "0"]);
        Assert.That(second.ExitCode, Is.EqualTo(2), second.Error);
        Assert.That(second.Error, Does.Contain("already runs"));

        Assert.That((await _infernet.RunAsync(["ledger", "stop"])).ExitCode, Is.Zero);
        JsonElement again = await StartAsync();
        foreach (string name in (string[])["program", "mint", "genesis", "treasury", "platform", "authority"])
        {
            Assert.That(again.GetProperty(name).GetString(), Is.EqualTo(first.GetProperty(name).GetString()), name);
        }

        Assert.That(again.GetProperty("committee").GetArrayLength(), Is.EqualTo(3));
        string state = again.GetProperty("state").GetString()!;
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(
                File.GetUnixFileMode(Path.Combine(state, "authority.json")),
                Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }
    }

    [TestCase("--committee: 'nobody' is neither a key's address", "--committee", "nobody")]
    [TestCase("Of 1 members 1 to 1", "--threshold", "2", "--committee", "So11111111111111111111111111111111111111112")]
    [TestCase("--threshold is of the keys", "--threshold", "2")]
    public async Task Start_CommitteeThatIsNone_IsUsage(string says, params string[] flags)
    {
        InfernetProcess.Outcome outcome = await _infernet.RunAsync(["ledger", "start", "--port", "0", .. flags]);
        Assert.That(outcome.ExitCode, Is.EqualTo(2), outcome.Output);
        Assert.That(outcome.Error, Does.Contain(says));
    }

    [Test]
    public async Task Start_WithANodeInItsCommittee_HasItAlsoWhereTheLedgerWasAnothersBefore()
    {
        InfernetProcess.Outcome id = await _infernet.RunAsync(["node", "id", "--json"]);
        JsonElement node = JsonDocument.Parse(id.Output).RootElement;
        Assert.That((await _infernet.RunAsync(["node", "id"])).Output, Does.Contain(node.GetProperty("peer_id").GetString()!));
        await StartAsync();
        await _infernet.RunAsync(["ledger", "stop"]);

        JsonElement named = await StartAsync("--committee", node.GetProperty("peer_id").GetString()!);
        await _infernet.RunAsync(["ledger", "stop"]);
        JsonElement kept = await StartAsync();

        foreach (JsonElement ledger in (JsonElement[])[named, kept])
        {
            Assert.That(
                ledger.GetProperty("committee").EnumerateArray().Single().GetString(),
                Is.EqualTo(node.GetProperty("key").GetString()));
            Assert.That(ledger.GetProperty("threshold").GetInt32(), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Start_ProcessKilled_TakesTheLedgerWithIt()
    {
        JsonElement status = await StartAsync();
        using (var process = Process.GetProcessById(status.GetProperty("process_id").GetInt32()))
        {
            process.Kill();
            await process.WaitForExitAsync().WaitAsync(InfernetProcess.Patience);
        }

        Assert.That((await _infernet.RunAsync(["ledger", "status"])).ExitCode, Is.EqualTo(3));
        JsonElement again = await StartAsync();
        Assert.That(again.GetProperty("genesis").GetString(), Is.EqualTo(status.GetProperty("genesis").GetString()));
    }

    [TestCase("no-address", "1", "not a wallet's address")]
    [TestCase("11111111111111111111111111111111", "0.0000001", "6 decimals")]
    [TestCase("11111111111111111111111111111111", "1e9", "amount")]
    public async Task Give_WrongInput_IsUsage(string address, string amount, string says)
    {
        await StartAsync();
        InfernetProcess.Outcome outcome = await _infernet.RunAsync(["ledger", "give", address, amount]);
        Assert.That(outcome.ExitCode, Is.EqualTo(2), outcome.Error);
        Assert.That(outcome.Error, Does.Contain(says));
    }

    private async Task<JsonElement> StartAsync(params string[] flags)
    {
        InfernetProcess.Outcome outcome = await _infernet.RunAsync(
            ["ledger", "start", "--detach", "--port", "0", "--json", .. flags]);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        return JsonDocument.Parse(outcome.Output).RootElement;
    }
}
