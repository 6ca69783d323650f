using Dapper;
using Infernet.Core.Api;
using Infernet.Core.Jobs;
using Infernet.Core.Schemas;
using Infernet.Daemon.Nodes;
using Microsoft.Data.Sqlite;

namespace Infernet.Daemon.Tests.Nodes;

/// <summary>How jobs are refused, ended early, and resumed; providers are scripted.</summary>
[TestFixture]
public sealed class JobLifetimeTests
{
    private TestNodes _nodes = null!;

    [SetUp]
    public void SetUp() => _nodes = new TestNodes();

    [TearDown]
    public async Task TearDown() => await _nodes.DisposeAsync();

    [Test]
    public async Task Submit_OfUnknownModel_SaysSo()
    {
        Node node = await _nodes.StartAsync("alone");

        ApiException refused = (await Assert.ThrowsAsync<ApiException>(
            () => node.Jobs.SubmitAsync(TestNodes.Job(1, "nonsense"), CancellationToken.None)))!;

        Assert.That(refused.Error.Code, Is.EqualTo("not-found"));
        Assert.That(refused.Message, Does.Contain("nonsense"));
        Assert.That(node.Jobs.List(), Is.Empty);
    }

    [Test]
    public async Task Submit_WithoutAnyPeer_SaysHowToJoin()
    {
        Node node = await _nodes.StartAsync("alone", o => o with { Serve = false });

        ApiException refused = (await Assert.ThrowsAsync<ApiException>(
            () => node.Jobs.SubmitAsync(Job(1), CancellationToken.None)))!;

        Assert.That(refused.Error.Code, Is.EqualTo("unreachable"));
        Assert.That(refused.Message, Does.Contain("infernet peers connect"));
    }

    [Test]
    public async Task Submit_NeedingMoreProvidersThanThereAre_SaysWhyEachIsNone()
    {
        Node node = await _nodes.StartAsync("aggregator");
        await using ScriptedProvider honest = await ConnectAsync(node, j => j.ServeAsync());

        ApiException refused = (await Assert.ThrowsAsync<ApiException>(() => node.Jobs.SubmitAsync(
            Job(1) with { Sharding = new ShardingSpecification { MinProviders = 2 } }, CancellationToken.None)))!;

        Assert.That(refused.Error.Code, Is.EqualTo("unsuitable"));
        Assert.That(refused.Message, Does.StartWith("requested 2, reachable 2, suitable 1"));
        Assert.That(refused.Message, Does.Contain("serves no model"));
    }

    [Test]
    public async Task Submit_ExcludingTheOnlyProvider_SaysSo()
    {
        Node node = await _nodes.StartAsync("aggregator");
        await using ScriptedProvider honest = await ConnectAsync(node, j => j.ServeAsync());

        ApiException refused = (await Assert.ThrowsAsync<ApiException>(() => node.Jobs.SubmitAsync(
            Job(1) with { Requirements = new RequirementsSpecification { ExcludePeers = [honest.Id.ToString()] } },
            CancellationToken.None)))!;

        Assert.That(refused.Error.Details, Has.Some.Contains("is excluded by the job"));
    }

    [Test]
    public async Task Deadline_ThatPasses_EndsTheJobWithWhatThereIs()
    {
        Node node = await _nodes.StartAsync("aggregator");
        await using ScriptedProvider slow = await ConnectAsync(node, OneShard());

        JobStatus job = await node.Jobs.SubmitAsync(
            Job(20) with { Deadline = TimeSpan.FromSeconds(2) }, CancellationToken.None);
        JobStatus ended = await TestNodes.EndOfAsync(node, job.Id);

        Assert.That(ended.State, Is.EqualTo("partial"));
        Assert.That(ended.Error!.Code, Is.EqualTo("deadline"));
        Assert.That(ended.DoneItems, Is.EqualTo(4));
        Assert.That(ended.FinishedAt, Is.Not.Null);
    }

    [Test]
    public async Task Budget_ThatIsSpent_EndsTheJobWithWhatThereIs()
    {
        Node node = await _nodes.StartAsync("aggregator");
        await using ScriptedProvider honest = await ConnectAsync(node, j => j.ServeAsync());

        // Each item sets 128 tokens aside and uses one of them.
        JobStatus job = await node.Jobs.SubmitAsync(Job(20) with { TokenBudget = 130 }, CancellationToken.None);
        JobStatus ended = await TestNodes.EndOfAsync(node, job.Id);

        Assert.That(ended.State, Is.EqualTo("partial"));
        Assert.That(ended.Error!.Code, Is.EqualTo("budget"));
        Assert.That(ended.DoneItems, Is.EqualTo(3));
    }

    [Test]
    public async Task Cancel_EndsTheJobAndTellsTheProvider()
    {
        var told = new TaskCompletionSource();
        Node node = await _nodes.StartAsync("aggregator");
        await using ScriptedProvider slow = await ConnectAsync(node, async job =>
        {
            await job.AcceptAsync();
            await job.ShardAsync();
            while (await job.Link.ReadAsync(CancellationToken.None) is { } message)
            {
                if (message.BodyCase == JobMessage.BodyOneofCase.CancelShard)
                {
                    told.TrySetResult();
                }
            }
        });

        JobStatus job = await node.Jobs.SubmitAsync(Job(8), CancellationToken.None);
        await TestNodes.EventAsync(node, job.Id, e => e.Type == "shard-sent");
        JobStatus ended = await node.Jobs.CancelAsync(job.Id, CancellationToken.None);

        Assert.That(ended.State, Is.EqualTo("cancelled"));
        await told.Task.WaitAsync(TestNodes.Patience);
    }

    [Test]
    public async Task Cancel_OfAnEndedJob_IsRefused()
    {
        Node node = await _nodes.StartAsync("aggregator");
        await using ScriptedProvider honest = await ConnectAsync(node, j => j.ServeAsync());
        JobStatus job = await node.Jobs.SubmitAsync(Job(1), CancellationToken.None);
        await TestNodes.EndOfAsync(node, job.Id);

        ApiException refused = (await Assert.ThrowsAsync<ApiException>(
            () => node.Jobs.CancelAsync(job.Id, CancellationToken.None)))!;

        Assert.That(refused.Error.Code, Is.EqualTo("conflict"));
    }

    [Test]
    public async Task Shard_ThatFailsEverywhere_EndsTheJobWithEveryReason()
    {
        Node node = await _nodes.StartAsync("aggregator");
        await using ScriptedProvider broken = await ConnectAsync(node, async job =>
        {
            await job.AcceptAsync();
            while (await job.ShardAsync() is { } shard)
            {
                await job.SendAsync(Daemon.Jobs.Wire.JobMessages.ShardFailed(shard.ShardId, shard.Attempt, "no luck"));
            }
        });

        JobStatus job = await node.Jobs.SubmitAsync(Job(4), CancellationToken.None);
        JobStatus ended = await TestNodes.EndOfAsync(node, job.Id);

        Assert.That(ended.State, Is.EqualTo("failed"));
        Assert.That(ended.Error!.Code, Is.EqualTo("job-failed"));
        Assert.That(ended.Error.Details, Has.Count.EqualTo(3).And.All.Contains("no luck"));
    }

    [Test]
    public async Task Resume_OfAFailedJob_AsksOnlyForWhatIsMissing()
    {
        var seen = new List<ulong>();
        Node node = await _nodes.StartAsync("aggregator");
        ScriptedProvider slow = await ConnectAsync(node, OneShard());
        JobStatus job = await node.Jobs.SubmitAsync(
            Job(12) with { Deadline = TimeSpan.FromSeconds(2) }, CancellationToken.None);
        await TestNodes.EndOfAsync(node, job.Id);
        await slow.DisposeAsync();
        await using ScriptedProvider honest = await ConnectAsync(node, j => RecordAsync(j, seen));

        JobStatus resumed = await node.Jobs.ResumeAsync(job.Id, null, CancellationToken.None);
        JobStatus ended = await TestNodes.EndOfAsync(node, job.Id);

        Assert.That(resumed.DoneItems, Is.EqualTo(4));
        Assert.That(ended.State, Is.EqualTo("done"));
        Assert.That(seen.Order(), Is.EqualTo(Enumerable.Range(4, 8).Select(i => (ulong)i)));
        Assert.That(await TestNodes.ResultsAsync(node, job.Id), Has.Count.EqualTo(12));
    }

    [Test]
    public async Task Resume_OfADoneJob_IsRefused()
    {
        Node node = await _nodes.StartAsync("aggregator");
        await using ScriptedProvider honest = await ConnectAsync(node, j => j.ServeAsync());
        JobStatus job = await node.Jobs.SubmitAsync(Job(1), CancellationToken.None);
        await TestNodes.EndOfAsync(node, job.Id);

        ApiException refused = (await Assert.ThrowsAsync<ApiException>(
            () => node.Jobs.ResumeAsync(job.Id, null, CancellationToken.None)))!;

        Assert.That(refused.Error.Code, Is.EqualTo("conflict"));
    }

    [Test]
    public async Task Node_ThatRestarts_GoesOnWithItsJobs()
    {
        var seen = new List<ulong>();
        Node node = await _nodes.StartAsync("aggregator");
        await using ScriptedProvider slow = await ConnectAsync(node, OneShard());
        JobStatus job = await node.Jobs.SubmitAsync(Job(12), CancellationToken.None);
        await TestNodes.EventAsync(node, job.Id, e => e.Type == "shard-done");
        await _nodes.StopAsync(node);

        Node restarted = await _nodes.StartAsync("aggregator");
        await using ScriptedProvider honest = await ConnectAsync(restarted, j => RecordAsync(j, seen));
        JobStatus ended = await TestNodes.EndOfAsync(restarted, job.Id);

        Assert.That(ended.State, Is.EqualTo("done"));
        Assert.That(seen.Order(), Is.EqualTo(Enumerable.Range(4, 8).Select(i => (ulong)i)));
        Assert.That(
            (await TestNodes.ResultsAsync(restarted, job.Id)).Select(r => r.Index),
            Is.EqualTo(Enumerable.Range(0, 12)));
    }

    [Test]
    public async Task Job_ThatCantBeRead_KeepsNoOtherFromGoingOn()
    {
        Node node = await _nodes.StartAsync("aggregator");
        await using ScriptedProvider slow = await ConnectAsync(node, OneShard());
        JobStatus broken = await node.Jobs.SubmitAsync(Job(12), CancellationToken.None);
        JobStatus whole = await node.Jobs.SubmitAsync(Job(12), CancellationToken.None);
        await _nodes.StopAsync(node);
        Spoil(broken.Id);

        Node restarted = await _nodes.StartAsync("aggregator");
        await using ScriptedProvider honest = await ConnectAsync(restarted, j => j.ServeAsync());
        JobStatus ended = await TestNodes.EndOfAsync(restarted, whole.Id);

        JobStatus left = restarted.Jobs.Get(broken.Id);
        Assert.That(ended.State, Is.EqualTo("done"));
        Assert.That((left.State, left.Error?.Code), Is.EqualTo(("failed", "internal")));
        Assert.That(left.Error!.Message, Does.StartWith("The job can't go on after the node's start: "));
    }

    [Test]
    public async Task Home_CopiedInTheMiddleAsACrashLeavesIt_GoesOnWithoutAnsweringTwice()
    {
        var seen = new List<ulong>();
        Node node = await _nodes.StartAsync("aggregator");
        await using ScriptedProvider slow = await ConnectAsync(node, OneShard());
        JobStatus job = await node.Jobs.SubmitAsync(Job(12), CancellationToken.None);
        await TestNodes.EventAsync(node, job.Id, e => e.Type == "shard-done");
        CopyHome("aggregator", "crashed");

        Node restarted = await _nodes.StartAsync("crashed");
        await using ScriptedProvider honest = await ConnectAsync(restarted, j => RecordAsync(j, seen));
        await TestNodes.EndOfAsync(restarted, job.Id);

        Assert.That(seen.Order(), Is.EqualTo(Enumerable.Range(4, 8).Select(i => (ulong)i)));
        Assert.That(await TestNodes.ResultsAsync(restarted, job.Id), Has.Count.EqualTo(12));
    }

    [Test]
    public async Task Job_IsFoundByAPrefixOfItsId()
    {
        Node node = await _nodes.StartAsync("aggregator");
        await using ScriptedProvider honest = await ConnectAsync(node, j => j.ServeAsync());
        JobStatus job = await node.Jobs.SubmitAsync(Job(1), CancellationToken.None);

        Assert.That(node.Jobs.Get(job.Id[..10]).Id, Is.EqualTo(job.Id));
        Assert.That(
            Assert.Throws<ApiException>(() => node.Jobs.Get("%"))!.Error.Code, Is.EqualTo("not-found"));
    }

    [Test]
    public async Task Watch_AfterASequence_LeavesOutWhatWasSeen()
    {
        Node node = await _nodes.StartAsync("aggregator");
        await using ScriptedProvider honest = await ConnectAsync(node, j => j.ServeAsync());
        JobStatus job = await node.Jobs.SubmitAsync(Job(4), CancellationToken.None);
        await TestNodes.EndOfAsync(node, job.Id);

        var all = new List<JobEvent>();
        await foreach (JobEvent happened in node.Jobs.WatchAsync(job.Id, 0, CancellationToken.None))
        {
            all.Add(happened);
        }

        var later = new List<JobEvent>();
        await foreach (JobEvent happened in node.Jobs.WatchAsync(job.Id, 2, CancellationToken.None))
        {
            later.Add(happened);
        }

        Assert.That(all.Select(e => e.Sequence), Is.EqualTo(Enumerable.Range(1, all.Count)));
        Assert.That(all[^1].Type, Is.EqualTo("end"));
        Assert.That(later.Select(e => e.Sequence), Is.EqualTo(all.Skip(2).Select(e => e.Sequence)));
    }

    private static JobSpecification Job(int count) => TestNodes.Job(count, ScriptedProvider.Model.ToString()) with
    {
        Sharding = new ShardingSpecification { ShardSize = 4 },
    };

    private static async Task<ScriptedProvider> ConnectAsync(Node node, Func<ScriptedJob, Task> script)
    {
        ScriptedProvider provider = await ScriptedProvider.StartAsync(script);
        await node.Peers.ConnectAsync(provider.Address, CancellationToken.None);
        return provider;
    }

    /// <summary>Answers one shard in all, over however many connections, and then nothing more.</summary>
    private static Func<ScriptedJob, Task> OneShard()
    {
        int left = 1;
        return async job =>
        {
            await job.AcceptAsync();
            Shard? shard = await job.ShardAsync();
            if (shard is not null && Interlocked.Decrement(ref left) == 0)
            {
                await job.AnswerAsync(shard);
                await job.SendReceiptAsync(shard);
            }

            await job.StallAsync();
        };
    }

    private static async Task RecordAsync(ScriptedJob job, List<ulong> seen)
    {
        await job.AcceptAsync();
        while (await job.ShardAsync() is { } shard)
        {
            lock (seen)
            {
                seen.AddRange(shard.Items.Select(i => i.Index));
            }

            await job.AnswerAsync(shard);
            await job.SendReceiptAsync(shard);
        }
    }

    private void Spoil(string job)
    {
        using var journal = new SqliteConnection(
            $"Data Source={Path.Combine(_nodes.HomeOf("aggregator"), "infernet.db")};Pooling=False");
        int spoilt = journal.Execute(
            "UPDATE jobs SET model_cid = 'none' WHERE job = @id", new { id = Convert.FromHexString(job) });
        Assert.That(spoilt, Is.EqualTo(1));
    }

    private void CopyHome(string from, string to)
    {
        Directory.CreateDirectory(_nodes.HomeOf(to));
        foreach (string file in Directory.GetFiles(_nodes.HomeOf(from), "infernet.db*"))
        {
            File.Copy(file, Path.Combine(_nodes.HomeOf(to), Path.GetFileName(file)));
        }
    }
}
