using Infernet.Bench.Processes;
using Infernet.Core.Api;
using Infernet.Core.Jobs;
using Infernet.Core.Multiformats;
using Infernet.Daemon.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Bench.Swarm;

/// <summary>
/// The smallest swarm: a provider that serves the shipped model, and a submitter that computes nothing. Two whole nodes
/// with homes of their own, which speak over loopback.
/// </summary>
internal sealed class BenchSwarm : IAsyncDisposable
{
    private const string Alias = "wordnet";

    private readonly string _folder;
    private readonly Node _provider;
    private readonly Node _submitter;
    private readonly VerificationSpecification? _verification;

    private BenchSwarm(string folder, Node provider, Node submitter, VerificationSpecification? verification) =>
        (_folder, _provider, _submitter, _verification) = (folder, provider, submitter, verification);

    /// <summary>How the submitter's channels stand; it must be one that pays.</summary>
    public IReadOnlyList<ChannelView> Channels => _submitter.Payments!.Payer.Channels();

    /// <summary>Starts both nodes, and brings the model to the provider.</summary>
    /// <param name="slots">Of the provider.</param>
    /// <param name="ct">Gives up.</param>
    /// <param name="change">What the nodes' options are beside the usual.</param>
    /// <param name="verification">What of the jobs is verified; null for the usual.</param>
    /// <param name="warm">Whether a first job warms both sides up.</param>
    public static async Task<BenchSwarm> StartAsync(
        int slots, CancellationToken ct, Func<NodeOptions, NodeOptions>? change = null,
        VerificationSpecification? verification = null, bool warm = true)
    {
        string folder = Directory.CreateTempSubdirectory("infernet-bench-").FullName;
        Func<NodeOptions, NodeOptions> with = change ?? (same => same);
        Node provider = await StartNodeAsync(Path.Combine(folder, "provider"), slots, [], with, ct);
        Multiaddr address = Multiaddr.Parse(provider.Status().ListenAddresses[0]).WithPeer(provider.Id);
        Node submitter = await StartNodeAsync(Path.Combine(folder, "submitter"), 0, [address], with, ct);
        var swarm = new BenchSwarm(folder, provider, submitter, verification);
        await swarm.PublishAsync(warm, ct);
        return swarm;
    }

    /// <summary>Submits a job of the same question many times.</summary>
    public Task<JobStatus> SubmitAsync(string question, int times, int maxTokens, CancellationToken ct) =>
        _submitter.Jobs.SubmitAsync(
            new JobSpecification
            {
                Model = Alias,
                Inputs = [.. Enumerable.Repeat(new JobInput { Prompt = question }, times)],
                Sampling = new SamplingSpecification { MaxTokens = maxTokens },
                Verification = _verification ?? new VerificationSpecification(),
            },
            ct);

    /// <summary>The job's events from its beginning until it ends.</summary>
    public IAsyncEnumerable<JobEvent> WatchAsync(JobStatus job, CancellationToken ct) =>
        _submitter.Jobs.WatchAsync(job.Id, 0, ct);

    /// <summary>Waits for a job's end; fails unless every input has its answer.</summary>
    public async Task<JobStatus> EndAsync(JobStatus job, CancellationToken ct)
    {
        await foreach (JobResult _ in _submitter.Jobs.ResultsAsync(job.Id, follow: true, ct))
        {
        }

        JobStatus ended = _submitter.Jobs.Get(job.Id);
        return ended.DoneItems == ended.TotalItems
            ? ended
            : throw new InvalidOperationException($"The job ended as {ended.State}: {ended.Error?.Message}");
    }

    public async ValueTask DisposeAsync()
    {
        await _submitter.DisposeAsync();
        await _provider.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static Task<Node> StartNodeAsync(
        string home, int slots, IReadOnlyList<Multiaddr> bootstrap, Func<NodeOptions, NodeOptions> change,
        CancellationToken ct) =>
        Node.StartAsync(
            change(new NodeOptions
            {
                Home = home,
                ListenAddresses = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")],
                Bootstrap = bootstrap,
                Serve = slots > 0,
                Slots = Math.Max(slots, 1),
                Threads = Environment.ProcessorCount,
            }),
            NullLoggerFactory.Instance,
            ct);

    // The first job finds the provider and warms both sides up.
    private async Task PublishAsync(bool warm, CancellationToken ct)
    {
        var request = new AddModelRequest { Path = Repository.Model, Alias = Alias };
        await foreach (ModelProgress progress in _provider.Models.AddAsync(request, ct))
        {
            if (progress.Error is { } error)
            {
                throw new InvalidOperationException(error.Message);
            }
        }

        await _submitter.Peers.ListAsync(ct);
        if (warm)
        {
            await EndAsync(await SubmitAsync("What is a heron?", 50, 64, ct), ct);
        }
    }
}
