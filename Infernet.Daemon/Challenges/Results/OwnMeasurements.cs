using Infernet.Core.Identity;
using Infernet.Daemon.Journal;
using Infernet.Execution.Challenges;

namespace Infernet.Daemon.Challenges.Results;

/// <summary>
/// What is known of this node's own speed: what it measured itself, which it may only claim, and what others measured
/// and signed, which its advert carries. The latter survives a restart. Thread-safe.
/// </summary>
internal sealed class OwnMeasurements
{
    private const int MaxKept = 64;

    private readonly ChallengeTable _table;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<Measurement> _kept = [];
    private volatile SpeedClaim? _claim;

    /// <param name="self">This node.</param>
    /// <param name="table">Keeps what others measured.</param>
    /// <param name="cores">The cores that this node claims.</param>
    /// <param name="time">The clock.</param>
    public OwnMeasurements(PeerId self, ChallengeTable table, Func<int> cores, TimeProvider time)
    {
        (_table, Cores, _time) = (table, cores, time);
        foreach (byte[] envelope in table.Received(MaxKept))
        {
            if (ResultEnvelope.TryOpen(envelope, self, time.GetUtcNow(), out Measurement measurement, out _))
            {
                _kept.Add(measurement);
            }
        }
    }

    /// <summary>The cores that this node claims.</summary>
    public Func<int> Cores { get; }

    /// <summary>What this node measured itself; null before it did.</summary>
    public SpeedClaim? Claim
    {
        get => _claim;
        set => _claim = value;
    }

    /// <summary>What the advert carries at this moment.</summary>
    public IReadOnlyList<Measurement> Carried()
    {
        lock (_lock)
        {
            return CarriedMeasurements.Choose(_kept, _time.GetUtcNow());
        }
    }

    /// <summary>Keeps what another node measured of this one; durable when it returns.</summary>
    public async Task KeepAsync(Measurement measurement, CancellationToken cancellationToken)
    {
        await _table.AddReceivedAsync(measurement, MaxKept, cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            _kept.Insert(0, measurement);
            if (_kept.Count > MaxKept)
            {
                _kept.RemoveAt(MaxKept);
            }
        }
    }
}
