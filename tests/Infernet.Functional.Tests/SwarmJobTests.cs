using System.Diagnostics;
using System.Text.Json;
using Infernet.Functional.Tests.Swarm;

namespace Infernet.Functional.Tests;

/// <summary>The main job, with the real program: daemons as processes, the shipped model, all of its questions.</summary>
public class SwarmJobTests
{
    private TestSwarm _swarm = null!;

    [SetUp]
    public async Task StartAsync() => _swarm = await TestSwarm.StartAsync(providers: 3);

    [TearDown]
    public async Task StopAsync() => await _swarm.DisposeAsync();

    [Test]
    public async Task Questions_OverThreeProviders_AreAnsweredExactlyInOrderWithReceipts()
    {
        CommandResult job = await _swarm.Submitter.RunAsync(
            "job", "submit", "--model", "wordnet", "--input", Repository.QuestionsJsonl, "--max-tokens", "96",
            "--min-providers", "3", "--shard-size", "8", "--json");

        JsonElement status = job.Succeeded().JsonLines[^1];
        ExpectAllAnswers(job.JsonLines[..^1]);
        JsonElement[] providers = [.. status.GetProperty("providers").EnumerateArray()];
        Assert.That(
            providers.Select(p => p.GetProperty("peer_id").GetString()),
            Is.EquivalentTo(_swarm.Providers.Select(p => p.PeerId)));
        Assert.That(providers.Select(p => p.GetProperty("items").GetInt32()), Has.All.GreaterThan(0));
        Assert.That(providers.Sum(p => p.GetProperty("items").GetInt32()), Is.EqualTo(360));
        Assert.That(providers.Select(p => p.GetProperty("receipts").GetInt32()), Has.All.GreaterThan(0));
    }

    [Test]
    public async Task Questions_WhenAProviderIsKilled_AreStillAnsweredOnceInOrder()
    {
        string id = await SubmitDetachedAsync();
        await WaitForShardOfAsync(id, _swarm.Providers[1].PeerId);

        await _swarm.Providers[1].KillAsync();

        CommandResult results = await _swarm.Submitter.RunAsync("job", "results", id, "--follow", "--json");
        ExpectAllAnswers([.. results.JsonLines.Where(line => line.TryGetProperty("index", out _))]);
        JsonElement job = (await _swarm.Submitter.RunAsync("job", "show", id, "--json")).Succeeded().Json;
        JsonElement killed = job.GetProperty("providers").EnumerateArray()
            .Single(p => p.GetProperty("peer_id").GetString() == _swarm.Providers[1].PeerId);
        Assert.That(killed.GetProperty("state").GetString(), Is.EqualTo("lost"), "it was killed while it had work");
    }

    [Test]
    public async Task Questions_WhenTheSubmitterIsKilled_GoOnAfterItsRestart()
    {
        string id = await SubmitDetachedAsync();
        await WaitForShardOfAsync(id, _swarm.Providers[0].PeerId);

        await _swarm.Submitter.KillAsync();
        await _swarm.Submitter.StartAsync();

        CommandResult results = await _swarm.Submitter.RunAsync("job", "results", id, "--follow", "--json");
        ExpectAllAnswers([.. results.JsonLines.Where(line => line.TryGetProperty("index", out _))]);
    }

    [Test]
    public async Task Job_OfAModelThatNobodyServes_SaysWhichAreServed()
    {
        CommandResult job = await _swarm.Submitter.RunAsync("job", "submit", "--model", "stork-8b", "--prompt", "Hello?");

        Assert.That(job.ExitCode, Is.Not.Zero);
        Assert.That(job.Error, Does.Contain("stork-8b").And.Contain("wordnet"));
    }

    [Test]
    public async Task Job_WithMoreProvidersThanThereAre_SaysWhoWasLookedAt()
    {
        CommandResult job = await _swarm.Submitter.RunAsync(
            "job", "submit", "--model", "wordnet", "--prompt", "What is a heron?", "--min-providers", "9");

        Assert.That(job.ExitCode, Is.EqualTo(4).Or.EqualTo(3));
        Assert.That(job.Error, Does.Contain("requested 9"));
    }

    private async Task<string> SubmitDetachedAsync()
    {
        CommandResult submitted = await _swarm.Submitter.RunAsync(
            "job", "submit", "--model", "wordnet", "--input", Repository.QuestionsJsonl, "--max-tokens", "96",
            "--min-providers", "3", "--shard-size", "4", "--detach", "--json");
        return submitted.Succeeded().Json.GetProperty("id").GetString()!;
    }

    // Follows the job's events until one provider finished a shard: the job is then surely in its middle.
    private async Task WaitForShardOfAsync(string id, string peer)
    {
        using Process watch = InfernetCommand.Start(_swarm.Submitter.Home, "job", "watch", id, "--json");
        try
        {
            while (await watch.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1)) is { } line)
            {
                JsonElement happened = JsonDocument.Parse(line).RootElement;
                if (happened.TryGetProperty("type", out JsonElement type) && type.GetString() == "shard-done"
                    && happened.GetProperty("peer_id").GetString() == peer)
                {
                    return;
                }
            }
        }
        finally
        {
            watch.Kill();
        }

        Assert.Fail($"The job ended before {peer} finished a shard.");
    }

    private static void ExpectAllAnswers(JsonElement[] results)
    {
        Assert.That(results.Select(r => r.GetProperty("index").GetInt32()), Is.EqualTo(Enumerable.Range(0, 360)));
        Assert.That(results.Select(r => r.GetProperty("output").GetString()), Is.EqualTo(Repository.ExpectedAnswers));
    }
}
