using System.Net.Http.Headers;

namespace Infernet.Solana.Rpc;

/// <summary>
/// How long a server asked to be left alone (Retry-After, RFC 9110, section 10.2.3): until then nothing goes there.
/// </summary>
internal sealed class Hold(TimeSpan longest, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _until;

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
        lock (_gate)
        {
            _until = time.GetElapsedTime(_start) + pause;
        }

        return pause;
    }
}
