using Infernet.Core.Identity;

namespace Infernet.Daemon.Challenges.Proving;

/// <summary>
/// Counts the challenges served within the last hour, per challenger and in total, so that a flood of them costs little
/// whoever sends it. Its size is bounded by the total. Not thread-safe.
/// </summary>
internal sealed class ProverAllowance(ProverLimits limits)
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly Queue<(PeerId Challenger, DateTimeOffset At)> _served = [];

    /// <summary>Counts one more; if that is too many, says why and counts nothing.</summary>
    public string? TryServe(PeerId challenger, DateTimeOffset now)
    {
        while (_served.TryPeek(out (PeerId, DateTimeOffset At) oldest) && oldest.At <= now - Window)
        {
            _served.Dequeue();
        }

        if (_served.Count(s => s.Challenger == challenger) >= limits.MaxPerChallenger)
        {
            return $"this node serves {limits.MaxPerChallenger} challenges of one peer an hour";
        }

        if (_served.Count >= limits.MaxPerHour)
        {
            return $"this node serves {limits.MaxPerHour} challenges an hour";
        }

        _served.Enqueue((challenger, now));
        return null;
    }
}
