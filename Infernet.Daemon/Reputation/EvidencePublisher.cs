using System.Threading.RateLimiting;
using Infernet.Core.Audits;
using Infernet.Core.Evidence;
using Infernet.Core.Reputation;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Reputation;

/// <summary>
/// Tells the others this node's own facts, no faster than they can be expected to listen: rejected shards first, then
/// other audits, then receipts, the largest first. What does not fit into the queue is not told; it still counts here.
/// </summary>
internal sealed partial class EvidencePublisher : IAsyncDisposable
{
    private readonly EvidenceOptions _options;
    private readonly Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> _publish;
    private readonly ILogger _log;
    private readonly SortedSet<Waiting> _waiting = new(Waiting.Order);
    private readonly SemaphoreSlim _signal = new(0);
    private readonly TokenBucketRateLimiter _rate;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _publishing;

    /// <param name="options">Queue and rate.</param>
    /// <param name="publish">Sends to the topic.</param>
    /// <param name="log">Where failures go.</param>
    public EvidencePublisher(
        EvidenceOptions options, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> publish, ILogger log)
    {
        (_options, _publish, _log) = (options, publish, log);
        _rate = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.PublishBurst,
            TokensPerPeriod = options.PublishRate,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1),
            QueueLimit = 1,
        });
        _publishing = Task.Run(PublishAsync);
    }

    /// <summary>Puts a fact in the queue, if it is worth more than what is there.</summary>
    public void Enqueue(CheckedEvidence evidence)
    {
        lock (_waiting)
        {
            if (!_waiting.Add(new Waiting(evidence)))
            {
                return;
            }

            if (_waiting.Count > _options.MaxWaiting)
            {
                _waiting.Remove(_waiting.Max!);
                return;
            }
        }

        _signal.Release();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _publishing.ConfigureAwait(false);
        await _rate.DisposeAsync().ConfigureAwait(false);
        _signal.Dispose();
        _stopping.Dispose();
    }

    private async Task PublishAsync()
    {
        try
        {
            while (true)
            {
                await _signal.WaitAsync(_stopping.Token).ConfigureAwait(false);
                using RateLimitLease lease =
                    await _rate.AcquireAsync(1, _stopping.Token).ConfigureAwait(false);
                if (Take() is { } next)
                {
                    await TellAsync(next.Evidence).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops; what was not told is in the journal.
        }
    }

    private async Task TellAsync(CheckedEvidence evidence)
    {
        try
        {
            await _publish(evidence.Canonical, _stopping.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException or ArgumentException)
        {
            LogNotTold(evidence.Observation.Id, failure.Message);
        }
    }

    private Waiting? Take()
    {
        lock (_waiting)
        {
            Waiting? first = _waiting.Min;
            if (first is not null)
            {
                _waiting.Remove(first);
            }

            return first;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The evidence {Id} could not be told to others: {Reason}")]
    private partial void LogNotTold(string id, string reason);

    private sealed record Waiting(CheckedEvidence Evidence)
    {
        public static IComparer<Waiting> Order { get; } = Comparer<Waiting>.Create(
            (one, other) => one.Rank.CompareTo(other.Rank) is not 0 and var byRank
                ? byRank
                : string.CompareOrdinal(one.Evidence.Observation.Id, other.Evidence.Observation.Id));

        private (int Class, long Tokens) Rank => Evidence.Observation switch
        {
            { Finding.Outcome: ShardOutcome.Rejected } seen => (0, -seen.Tokens),
            { Kind: ObservationKind.Audit } seen => (1, -seen.Tokens),
            var seen => (2, -seen.Tokens),
        };
    }
}
