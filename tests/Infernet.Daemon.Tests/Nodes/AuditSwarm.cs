using Infernet.Core.Api;
using Infernet.Core.Jobs;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Providing;
using Infernet.Daemon.Nodes;
using Infernet.Execution.Llama;

namespace Infernet.Daemon.Tests.Nodes;

/// <summary>A submitter that computes nothing itself, and providers of the shipped model that are honest or are not.</summary>
internal sealed class AuditSwarm : IAsyncDisposable
{
    private string _model = "";

    public TestNodes Nodes { get; } = new();

    public Node Submitter { get; private set; } = null!;

    public static async Task<AuditSwarm> StartAsync(
        int honest, Func<NodeOptions, NodeOptions>? submitter = null, Func<int, NodeOptions, NodeOptions>? provider = null)
    {
        var swarm = new AuditSwarm();
        for (int i = 0; i < honest; i++)
        {
            int number = i;
            await swarm.AddAsync($"honest{i}", o => provider is null ? o : provider(number, o));
        }

        swarm.Submitter = await swarm.Nodes.StartAsync("submitter", submitter);
        return swarm;
    }

    /// <summary>Adds a provider.</summary>
    public async Task<Node> AddAsync(string name, Func<NodeOptions, NodeOptions>? change = null)
    {
        if (_model.Length == 0)
        {
            Node first = await Nodes.StartServingAsync(name, change);
            _model = first.Models.List()[0].Cid;
            return first;
        }

        Node node = await Nodes.StartAsync(name, change);
        await TestNodes.PullModelAsync(node, _model);
        return node;
    }

    /// <summary>A job in small shards over all providers.</summary>
    public JobSpecification Job(int count, int providers, double rate = 1) => TestNodes.Job(count, _model) with
    {
        Sharding = new ShardingSpecification { MinProviders = providers, ShardSize = 2 },
        Verification = new VerificationSpecification { AuditRate = rate },
    };

    /// <summary>Stops the submitter where it is, and starts it again on the same home.</summary>
    public async Task RestartSubmitterAsync()
    {
        await Nodes.StopAsync(Submitter);
        Submitter = await Nodes.StartAsync("submitter");
    }

    public async Task<(JobStatus Status, IReadOnlyList<JobResult> Results)> RunAsync(JobSpecification job)
    {
        JobStatus submitted = await Submitter.Jobs.SubmitAsync(job, CancellationToken.None);
        JobStatus ended = await TestNodes.EndOfAsync(Submitter, submitted.Id);
        return (ended, await TestNodes.ResultsAsync(Submitter, submitted.Id));
    }

    /// <summary>What happened in a job, of one type.</summary>
    public Task<IReadOnlyList<JobEvent>> EventsAsync(string job, string type) =>
        TestNodes.EventsAsync(Submitter, job, type);

    /// <summary>Says the same to every question, in tokens that spell it.</summary>
    public static NodeOptions Canned(NodeOptions options) => options with
    {
        Conduct = new ProviderConduct { Serve = (served, engine) => served with { Answer = (i, _, _) => Canned(i, engine) } },
    };

    /// <summary>Judges without looking.</summary>
    public static NodeOptions Judging(NodeOptions options, Func<AuditRequest, ItemVerdict.Types.Fault?> verdict) =>
        options with
        {
            Conduct = options.Conduct with
            {
                Judge = _ => (request, _) => Task.FromResult<IReadOnlyList<ItemVerdict>>(
                    [.. request.Items.Select(item => Blind(item, verdict(request)))]),
            },
        };

    public ValueTask DisposeAsync() => Nodes.DisposeAsync();

    private static Task<ItemAnswer> Canned(Item item, LlamaEngine engine)
    {
        int[] tokens = [.. engine.Tokenize("It is a kind of bird.")];
        return Task.FromResult(new ItemAnswer(
            new ItemOutput { Index = item.Index, Text = engine.Detokenize(tokens) }, tokens, 12, FinishReason.Stop));
    }

    private static ItemVerdict Blind(AuditItem item, ItemVerdict.Types.Fault? fault)
    {
        var verdict = new ItemVerdict { Tokens = (uint)item.Receipt.TokenIds.Count };
        uint[] bins = new uint[Core.Audits.MarginBins.Count];
        bins[0] = verdict.Tokens;
        verdict.MarginCounts.AddRange(bins);
        if (fault is { } found)
        {
            verdict.Faults.Add(found);
        }

        return verdict;
    }
}
