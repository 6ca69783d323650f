namespace Infernet.Libp2p.Yamux;

/// <summary>
/// Decides when to ping, measures the round trip by the answers, and notices a dead peer. Pure but for its clock.
/// </summary>
internal sealed class KeepAlive(YamuxOptions options)
{
    private readonly Lock _gate = new();
    private long _lastReceived = options.Time.GetTimestamp();
    private long _askedAt;
    private bool _isAsking;
    private bool _hasRoundTrip;
    private uint _value;
    private TimeSpan _roundTrip;

    /// <summary>The last measured round trip; zero before the first.</summary>
    public TimeSpan RoundTrip
    {
        get
        {
            lock (_gate)
            {
                return _roundTrip;
            }
        }
    }

    /// <summary>
    /// A window that is used up by half in less than a few round trips limits the speed of its stream.
    /// </summary>
    public TimeSpan WindowTurnaround => RoundTrip * 4 is { } needed && needed > options.MinWindowTurnaround
        ? needed
        : options.MinWindowTurnaround;

    public void OnReceived() => Volatile.Write(ref _lastReceived, options.Time.GetTimestamp());

    /// <summary>Whether the round trip was not measured yet, and no measurement is under way.</summary>
    public bool NeedsRoundTrip => !Volatile.Read(ref _hasRoundTrip) && !Volatile.Read(ref _isAsking);

    /// <summary>The value of a ping that is about to be sent.</summary>
    public uint NextValue()
    {
        lock (_gate)
        {
            _isAsking = true;
            _askedAt = options.Time.GetTimestamp();
            return ++_value;
        }
    }

    public void OnAnswer(uint value)
    {
        lock (_gate)
        {
            if (_isAsking && value == _value)
            {
                _isAsking = false;
                _hasRoundTrip = true;
                _roundTrip = options.Time.GetElapsedTime(_askedAt);
            }
        }
    }

    /// <summary>Says what the clock asks for now.</summary>
    public KeepAliveAction Advance()
    {
        lock (_gate)
        {
            if (_isAsking)
            {
                return options.Time.GetElapsedTime(_askedAt) > options.KeepAliveTimeout
                    ? KeepAliveAction.GiveUp
                    : KeepAliveAction.None;
            }

            bool isSilent = options.Time.GetElapsedTime(Volatile.Read(ref _lastReceived)) > options.KeepAliveInterval;
            return isSilent ? KeepAliveAction.Ping : KeepAliveAction.None;
        }
    }
}
