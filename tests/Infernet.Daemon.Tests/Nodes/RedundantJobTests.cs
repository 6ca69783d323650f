using Infernet.Core.Api;
using Infernet.Core.Jobs;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Providing;
using Infernet.Daemon.Nodes;
using JobKind = Infernet.Core.Jobs.JobKind;

namespace Infernet.Daemon.Tests.Nodes;

/// <summary>Redundant jobs over real nodes, some of which lie: the majority's answers are the result.</summary>
[TestFixture]
public sealed class RedundantJobTests
{
    private const int Items = 24;

    private TestNodes _nodes = null!;

    [SetUp]
    public void SetUp() => _nodes = new TestNodes();

    [TearDown]
    public async Task TearDown() => await _nodes.DisposeAsync();

    [Test]
    public async Task Embeddings_OfALiar_AreOutvotedAndShown()
    {
        Node[] honest = await ServeAsync("first", "second");
        Node liar = await ServeAsync("liar", Lying(Shift));
        Node client = await ClientAsync();

        JobStatus submitted = await client.Jobs.SubmitAsync(Embedding(copies: 3), CancellationToken.None);
        IReadOnlyList<JobResult> results = await TestNodes.ResultsAsync(client, submitted.Id);
        JobStatus ended = await TestNodes.EndOfAsync(client, submitted.Id);

        Assert.That(ended.State, Is.EqualTo("done"), ended.Error?.Message);
        Assert.That(results.Select(r => r.Index), Is.EqualTo(Enumerable.Range(0, Items)));
        IReadOnlyList<JobResult> truth = await TruthAsync(honest[0]);
        Assert.That(results.Zip(truth), Is.All.Matches<(JobResult Voted, JobResult True)>(
            p => p.Voted.Embedding!.SequenceEqual(p.True.Embedding!)));
        Assert.That(results.Select(r => r.Verification!.State), Is.All.EqualTo("verified"));
        Assert.That(
            results.Where(r => r.Verification!.Vote!.Cast == 3).Select(r => r.Verification!.Vote!),
            Is.Not.Empty.And.All.Matches<ItemVote>(
                v => v is { Agreed: 2, Margin: 1 } && v.Outvoted.Single() == liar.Id.ToString()));
        JobProvider shown = ended.Providers.Single(p => p.PeerId == liar.Id.ToString());
        Assert.That(shown.Agreed, Is.Zero);
        Assert.That(shown.Outvoted, Is.Positive);
        Assert.That(ended.Providers.Where(p => p.PeerId != shown.PeerId).Select(p => p.Outvoted), Is.All.Zero);
    }

    [Test]
    public async Task Texts_OfALiar_AreOutvotedByATieBreaker()
    {
        await ServeAsync("first", "second");
        Node liar = await ServeAsync("liar", Lying(a => Reword(a, "!")));
        Node client = await ClientAsync();

        JobSpecification job = TestNodes.Job(Items) with
        {
            Verification = new VerificationSpecification { Mode = VerificationMode.Redundant, Copies = 2 },
            Sharding = new ShardingSpecification { ShardSize = 4, MinProviders = 3 },
        };
        JobStatus submitted = await client.Jobs.SubmitAsync(job, CancellationToken.None);
        IReadOnlyList<JobResult> results = await TestNodes.ResultsAsync(client, submitted.Id);
        JobStatus ended = await TestNodes.EndOfAsync(client, submitted.Id);

        Assert.That(ended.State, Is.EqualTo("done"), ended.Error?.Message);
        Assert.That(
            results.Select(r => r.Output),
            Is.EqualTo(Enumerable.Range(0, Items).Select(i => TestNodes.Questions[i].Answer)));
        Assert.That(ended.Providers.Single(p => p.PeerId == liar.Id.ToString()).Agreed, Is.Zero);
    }

    [Test]
    public async Task Answers_ThatAllDiffer_AreDisputed()
    {
        string lie = "";
        for (int i = 0; i < 4; i++)
        {
            string mine = lie += "!";
            await ServeAsync($"node{i}", Lying(a => Reword(a, mine)));
        }

        Node client = await ClientAsync();
        JobStatus submitted = await client.Jobs.SubmitAsync(
            TestNodes.Job(4) with
            {
                Verification = new VerificationSpecification { Mode = VerificationMode.Redundant, Copies = 2 },
            },
            CancellationToken.None);
        IReadOnlyList<JobResult> results = await TestNodes.ResultsAsync(client, submitted.Id);
        JobStatus ended = await TestNodes.EndOfAsync(client, submitted.Id);

        Assert.That(ended.State, Is.EqualTo("done"), ended.Error?.Message);
        Assert.That(ended.FailedItems, Is.EqualTo(4));
        Assert.That(results.Select(r => r.Output), Is.All.Null);
        Assert.That(
            results.Select(r => r.Error),
            Is.All.EqualTo("disputed: 4 providers answered, and no more than 1 agree"));
        Assert.That(results.Select(r => r.Verification!.State), Is.All.EqualTo("disputed"));
        Assert.That(results.Select(r => r.Verification!.Vote!.Outvoted.Count), Is.All.EqualTo(4));
    }

    [Test]
    public async Task Copies_MoreThanSuitableProviders_RefuseTheJob()
    {
        await ServeAsync("first", "second");
        Node client = await ClientAsync();

        ApiException? refused = await Assert.ThrowsAsync<ApiException>(
            () => client.Jobs.SubmitAsync(Embedding(copies: 3), CancellationToken.None));

        Assert.That(refused!.Error.Code, Is.EqualTo("unsuitable"));
        Assert.That(refused.Message, Does.StartWith("requested 3"));
    }

    [Test]
    public async Task Comparator_ThatIsMissing_EndsTheJobWithItsName()
    {
        await ServeAsync("first", "second");
        await ServeAsync("liar", Lying(Shift));
        Node client = await ClientAsync();
        JobSpecification job = Embedding(copies: 3);
        JobStatus submitted = await client.Jobs.SubmitAsync(
            job with
            {
                Verification = job.Verification with
                {
                    Compare = OutputComparison.Command, Command = ["/no/such/comparator"],
                },
            },
            CancellationToken.None);
        JobStatus ended = await TestNodes.EndOfAsync(client, submitted.Id);

        Assert.That(ended.State, Is.EqualTo("failed"));
        Assert.That(ended.Error!.Message, Does.Contain("/no/such/comparator").And.Contain("not to be found"));
    }

    [Test]
    public async Task Job_WhoseNodeStopsInTheMiddle_GoesOnWithTheVotesThatItHas()
    {
        await ServeAsync("first", "second");
        Node client = await ClientAsync();
        JobSpecification job = Embedding(copies: 2) with { Sharding = new ShardingSpecification { ShardSize = 1 } };
        JobStatus submitted = await client.Jobs.SubmitAsync(job, CancellationToken.None);
        await TestNodes.EventAsync(client, submitted.Id, e => e.Type == "shard-done");
        await _nodes.StopAsync(client);
        client = await ClientAsync();
        IReadOnlyList<JobResult> results = await TestNodes.ResultsAsync(client, submitted.Id);
        JobStatus ended = await TestNodes.EndOfAsync(client, submitted.Id);

        Assert.That(ended.State, Is.EqualTo("done"), ended.Error?.Message);
        Assert.That(results.Select(r => r.Index), Is.EqualTo(Enumerable.Range(0, Items)));
        Assert.That(ended.Providers.Sum(p => p.Agreed), Is.EqualTo(2 * Items));
    }

    private static JobSpecification Embedding(int copies) => new()
    {
        Model = "pocket",
        Kind = JobKind.Embedding,
        Inputs = [.. Enumerable.Range(0, Items).Select(i => new JobInput { Prompt = TestNodes.Questions[i].Question })],
        Sharding = new ShardingSpecification { ShardSize = 4 },
        Verification = new VerificationSpecification
        {
            Mode = VerificationMode.Redundant, Copies = copies, Compare = OutputComparison.Numbers,
        },
    };

    private static async Task<IReadOnlyList<JobResult>> TruthAsync(Node node)
    {
        JobStatus job = await node.Jobs.SubmitAsync(
            Embedding(copies: 2) with
            {
                Verification = new VerificationSpecification { Mode = VerificationMode.None },
                Requirements = new RequirementsSpecification { Peers = [node.Id.ToString()] },
            },
            CancellationToken.None);
        return await TestNodes.ResultsAsync(node, job.Id);
    }

    private Task<Node> ClientAsync() => _nodes.StartAsync("client", o => o with { Serve = false });

    private async Task<Node[]> ServeAsync(params string[] names)
    {
        var nodes = new List<Node>();
        foreach (string name in names)
        {
            nodes.Add(await ServeAsync(name, new ProviderConduct()));
        }

        return [.. nodes];
    }

    private Task<Node> ServeAsync(string name, ProviderConduct conduct) =>
        _nodes.StartServingAsync(name, o => o with { Conduct = conduct, Slots = 2 });

    private static ProviderConduct Lying(Func<ItemAnswer, ItemAnswer> lie) => new()
    {
        Serve = (served, _) => served with
        {
            Answer = async (item, sampling, cancellationToken) =>
                lie(await served.Answer(item, sampling, cancellationToken)),
        },
    };

    private static ItemAnswer Shift(ItemAnswer answer)
    {
        ItemOutput output = answer.Output.Clone();
        output.Embedding[0] += 1;
        return answer with { Output = output };
    }

    private static ItemAnswer Reword(ItemAnswer answer, string words)
    {
        ItemOutput output = answer.Output.Clone();
        output.Text += words;
        return answer with { Output = output };
    }
}
