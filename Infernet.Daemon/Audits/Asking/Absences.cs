using Infernet.Core.Identity;

namespace Infernet.Daemon.Audits.Asking;

/// <summary>
/// Auditors that did not answer, and until when they are not drawn: one that lets everybody wait must not be able to
/// hold up every job. Thread-safe.
/// </summary>
internal sealed class Absences(TimeSpan delay, int capacity, TimeProvider time)
{
    private const int MaxDoublings = 10;

    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, (int Times, DateTimeOffset Until)> _absent = [];

    /// <summary>Whether it is to be left alone for now.</summary>
    public bool IsAbsent(PeerId peer)
    {
        lock (_lock)
        {
            return _absent.TryGetValue(peer, out (int Times, DateTimeOffset Until) known)
                && time.GetUtcNow() < known.Until;
        }
    }

    /// <summary>
    /// Learns from how an inquiry went. Who declines is there: it may have another engine than one request asks for, and
    /// the right one for the next.
    /// </summary>
    public void Note(HearingEvent happened)
    {
        switch (happened)
        {
            case HearingEvent.Declined { Answered: false, Busy: false } unreached:
                Missed(unreached.Auditor);
                break;
            case HearingEvent.Broke broke:
                Missed(broke.Auditor);
                break;
            case HearingEvent.Testified testified:
                Met(testified.Testimony.Auditor);
                break;
        }
    }

    /// <summary>It did not answer.</summary>
    public void Missed(PeerId peer)
    {
        lock (_lock)
        {
            int times = _absent.GetValueOrDefault(peer).Times;
            if (times == 0 && _absent.Count >= capacity)
            {
                _absent.Remove(_absent.MinBy(a => a.Value.Until).Key);
            }

            _absent[peer] = (times + 1, time.GetUtcNow() + delay * Math.Pow(2, Math.Min(times, MaxDoublings)));
        }
    }

    /// <summary>It answered.</summary>
    public void Met(PeerId peer)
    {
        lock (_lock)
        {
            _absent.Remove(peer);
        }
    }
}
