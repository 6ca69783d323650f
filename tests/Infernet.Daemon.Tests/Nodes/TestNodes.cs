using System.Runtime.CompilerServices;
using Infernet.Core.Api;
using Infernet.Core.Jobs;
using Infernet.Core.Multiformats;
using Infernet.Daemon.Audits;
using Infernet.Daemon.Audits.Asking;
using Infernet.Daemon.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Daemon.Tests.Nodes;

/// <summary>Whole nodes in this process, each with a home of its own, that speak over loopback.</summary>
internal sealed class TestNodes : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("infernet-nodes-").FullName;
    private readonly List<Node> _nodes = [];

    /// <summary>The model that ships with the repository.</summary>
    public static string ModelFile => Path.Combine(ModelFolder(), "pocket-wordnet-5m.q8_0.gguf");

    /// <summary>Questions with the exact answers that the model gives.</summary>
    public static IReadOnlyList<(string Question, string Answer)> Questions { get; } =
        [.. File.ReadLines(Path.Combine(ModelFolder(), "questions.tsv"))
            .Select(line => line.Split('\t')).Select(parts => (parts[1], parts[2]))];

    public string HomeOf(string name) => Path.Combine(_folder, name);

    /// <summary>Starts a node that joins by the nodes before it.</summary>
    public async Task<Node> StartAsync(string name, Func<NodeOptions, NodeOptions>? change = null)
    {
        var options = new NodeOptions
        {
            Home = HomeOf(name),
            ListenAddresses = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")],
            Bootstrap = [.. _nodes.Take(1).SelectMany(n => n.Status().ListenAddresses).Select(Multiaddr.Parse)],
            Slots = 4,
            Threads = 1,
            // Who is not there by now does not come: no test waits for an auditor that there is not.
            Court = new CourtOptions { Hearing = new HearingOptions { NobodyTimeout = TimeSpan.Zero } },
        };
        Node node = await Node.StartAsync(
            change is null ? options : change(options), NullLoggerFactory.Instance, CancellationToken.None);
        foreach (Multiaddr known in options.Bootstrap)
        {
            await node.Peers.ConnectAsync(known, CancellationToken.None);
        }

        _nodes.Add(node);
        return node;
    }

    /// <summary>Starts a node that serves the shipped model.</summary>
    public async Task<Node> StartServingAsync(string name, Func<NodeOptions, NodeOptions>? change = null)
    {
        Node node = await StartAsync(name, change);
        await AddModelAsync(node);
        return node;
    }

    public static async Task<ModelStatus> AddModelAsync(Node node) => await LastAsync(node.Models.AddAsync(
        new AddModelRequest { Path = ModelFile, Alias = "pocket", Link = false }, CancellationToken.None));

    public static async Task<ModelStatus> PullModelAsync(Node node, string model) => await LastAsync(
        node.Models.PullAsync(new PullModelRequest { Model = model }, CancellationToken.None));

    public async Task StopAsync(Node node)
    {
        _nodes.Remove(node);
        await node.DisposeAsync();
    }

    /// <summary>A job over the first questions.</summary>
    public static JobSpecification Job(int count, string model = "pocket") => new()
    {
        Model = model,
        Inputs = [.. Enumerable.Range(0, count).Select(i => new JobInput
        {
            Id = $"q{i}", Prompt = Questions[i % Questions.Count].Question,
        })],
        Sampling = new SamplingSpecification { MaxTokens = 128 },
    };

    /// <summary>All results, once the job has ended.</summary>
    public static async Task<IReadOnlyList<JobResult>> ResultsAsync(Node node, string id)
    {
        using var limit = new CancellationTokenSource(Patience);
        var results = new List<JobResult>();
        await foreach (JobResult result in node.Jobs.ResultsAsync(id, follow: true, limit.Token))
        {
            results.Add(result);
        }

        return results;
    }

    /// <summary>What happened of one type, once the job has ended.</summary>
    public static async Task<IReadOnlyList<JobEvent>> EventsAsync(Node node, string job, string type)
    {
        var found = new List<JobEvent>();
        await foreach (JobEvent happened in node.Jobs.WatchAsync(job, 0, CancellationToken.None))
        {
            if (happened.Type == type)
            {
                found.Add(happened);
            }
        }

        return found;
    }

    /// <summary>Waits until a job has ended.</summary>
    public static async Task<JobStatus> EndOfAsync(Node node, string id)
    {
        using var limit = new CancellationTokenSource(Patience);
        await foreach (JobEvent _ in node.Jobs.WatchAsync(id, 0, limit.Token))
        {
        }

        return node.Jobs.Get(id);
    }

    /// <summary>Waits for an event of a job.</summary>
    public static async Task<JobEvent> EventAsync(Node node, string id, Func<JobEvent, bool> wanted)
    {
        using var limit = new CancellationTokenSource(Patience);
        await foreach (JobEvent happened in node.Jobs.WatchAsync(id, 0, limit.Token))
        {
            if (wanted(happened))
            {
                return happened;
            }
        }

        throw new AssertionException("The job ended without the event.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Node node in Enumerable.Reverse(_nodes))
        {
            await node.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<ModelStatus> LastAsync(IAsyncEnumerable<ModelProgress> progress)
    {
        ModelProgress? last = null;
        await foreach (ModelProgress step in progress)
        {
            last = step;
        }

        return last?.Model ?? throw new AssertionException($"{last?.Error?.Message ?? "no progress at all"}");
    }

    private static string ModelFolder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../models/pocket-wordnet-5m"));
}
