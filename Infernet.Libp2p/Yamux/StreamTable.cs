using Infernet.Libp2p.Hosting;

namespace Infernet.Libp2p.Yamux;

/// <summary>
/// The open streams of a connection by id. Yamux specification, "StreamID Field": the dialer opens odd ids, the
/// listener even ones. Thread-safe.
/// </summary>
internal sealed class StreamTable(bool isDialer, int maxInbound, long now)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, YamuxStream> _streams = [];
    private uint _nextId = isDialer ? 1u : 2u;
    private uint _highestInbound;
    private int _inbound;
    private int _background;
    private long _lastChange = now;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _streams.Count;
            }
        }
    }

    /// <summary>The streams that are not in the background.</summary>
    public int BusyCount
    {
        get
        {
            lock (_gate)
            {
                return _streams.Count - _background;
            }
        }
    }

    /// <summary>When a stream was last accepted or removed.</summary>
    public long LastChange => Interlocked.Read(ref _lastChange);

    /// <summary>Adds a stream under the next id of ours.</summary>
    public YamuxStream Open(Func<uint, YamuxStream> create)
    {
        lock (_gate)
        {
            if (_nextId > uint.MaxValue - 2)
            {
                throw new StreamResetException("The connection has used up its stream ids; it has to be made anew.");
            }

            YamuxStream stream = create(_nextId);
            _streams.Add(_nextId, stream);
            _nextId += 2;
            return stream;
        }
    }

    public StreamAdmission CanAccept(uint id)
    {
        lock (_gate)
        {
            if (id == 0 || IsOurs(id))
            {
                return StreamAdmission.WrongSide;
            }

            if (_streams.ContainsKey(id))
            {
                return StreamAdmission.InUse;
            }

            _highestInbound = Math.Max(_highestInbound, id);
            return _inbound < maxInbound ? StreamAdmission.Allowed : StreamAdmission.TooMany;
        }
    }

    public void Accept(YamuxStream stream, long now)
    {
        lock (_gate)
        {
            _streams.Add(stream.Id, stream);
            _inbound++;
            _lastChange = now;
        }
    }

    /// <summary>Notes that a stream is no reason to keep the connection.</summary>
    public void MarkBackground(YamuxStream stream)
    {
        lock (_gate)
        {
            if (!stream.IsBackground && _streams.ContainsKey(stream.Id))
            {
                stream.IsBackground = true;
                _background++;
            }
        }
    }

    public YamuxStream? Find(uint id)
    {
        lock (_gate)
        {
            return _streams.GetValueOrDefault(id);
        }
    }

    /// <summary>Whether an id may belong to a stream that is over. Opening frames of a peer may come out of order.</summary>
    public bool WasOpened(uint id)
    {
        lock (_gate)
        {
            return IsOurs(id) ? id < _nextId : id <= _highestInbound;
        }
    }

    public bool Remove(YamuxStream stream, long now)
    {
        lock (_gate)
        {
            if (!_streams.Remove(stream.Id))
            {
                return false;
            }

            _inbound -= stream.IsInbound ? 1 : 0;
            _background -= stream.IsBackground ? 1 : 0;
            _lastChange = now;
            return true;
        }
    }

    public YamuxStream[] Snapshot()
    {
        lock (_gate)
        {
            return _streams.Count == 0 ? [] : [.. _streams.Values];
        }
    }

    private bool IsOurs(uint id) => id % 2 == 1 == isDialer;
}
