using System.Net.Http.Headers;

namespace Infernet.Solana.Rpc;

/// <summary>
/// How long nothing goes to a server: because it asked to be left alone (Retry-After, RFC 9110, section 10.2.3), or because
/// it let us wait in vain, for which it is left alone twice as long each time.
/// </summary>
internal sealed class Hold(TimeSpan longest, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _until;
    private int _inVain;

    /// <summary>Whether it is for silence.</summary>
    public bool IsForSilence { get; private set; }

    /// <summary>What is left of it; zero or less if nothing is.</summary>
    public TimeSpan Left
    {
        get
        {
            lock (_gate)
            {
                return _until - time.GetElapsedTime(_start);
            }
        }
    }

    /// <summary>Begins one; returns how long it is, null if nothing was asked for.</summary>
    public TimeSpan? Until(RetryConditionHeaderValue? asked)
    {
        TimeSpan? wanted = asked?.Delta ?? asked?.Date - time.GetUtcNow();
        if (wanted is not { } wish || wish <= TimeSpan.Zero)
        {
            return null;
        }

        TimeSpan pause = wish < longest ? wish : longest;
        Begin(pause, forSilence: false);
        return pause;
    }

    /// <summary>It did not answer in time.</summary>
    public void Silent(TimeSpan first, TimeSpan most)
    {
        TimeSpan pause = first * Math.Pow(2, Math.Min(Interlocked.Increment(ref _inVain) - 1, 16));
        Begin(pause < most ? pause : most, forSilence: true);
    }

    /// <summary>It has answered.</summary>
    public void Heard() => Interlocked.Exchange(ref _inVain, 0);

    private void Begin(TimeSpan pause, bool forSilence)
    {
        lock (_gate)
        {
            _until = time.GetElapsedTime(_start) + pause;
            IsForSilence = forSilence;
        }
    }
}
