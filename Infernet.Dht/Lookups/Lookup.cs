using Infernet.Dht.Keys;

namespace Infernet.Dht.Lookups;

/// <summary>
/// An iterative Kademlia look-up: asks the nearest peers it knows for nearer ones until nobody names any. A pure
/// state machine: events come in by <see cref="Advance"/>, which says whom to ask next, to wait, or that it is over.
/// It converges when the closest few have answered; then the rest of the k closest is asked at once. Source: https://github.com/libp2p/specs/blob/master/kad-dht/README.md, "Peer routing". Not thread-safe.
/// </summary>
internal sealed class Lookup
{
    private readonly KadKey _self;
    private readonly KadKey _target;
    private readonly LookupOptions _options;
    private readonly TimeProvider _time;
    private readonly LookupPath[] _paths;
    private readonly Dictionary<KadKey, (Candidate Candidate, LookupPath Path)> _known = [];
    private readonly HashSet<Candidate> _asked = [];
    private int _turn;
    private bool _finished;

    public Lookup(KadKey self, KadKey target, IEnumerable<KadPeer> seeds, LookupOptions options, TimeProvider time)
    {
        _self = self;
        _target = target;
        _options = options;
        _time = time;
        int window = Math.Max((options.K + options.Paths - 1) / options.Paths, Math.Min(options.Resiliency, options.K));
        _paths = [.. Enumerable.Range(0, options.Paths).Select(
            _ => new LookupPath(window, options.Resiliency, options.MaxCandidates))];
        int path = 0;
        foreach (KadPeer seed in seeds.OrderBy(s => s.Key.DistanceTo(target)))
        {
            Add(seed, _paths[path++ % _paths.Length]);
        }
    }

    /// <summary>How many requests were made.</summary>
    public int Requests { get; private set; }

    /// <summary>How many of them failed.</summary>
    public int Failures { get; private set; }

    /// <summary>The peers that have answered, nearest first, at most k.</summary>
    public IReadOnlyList<KadPeer> Closest =>
    [
        .. _paths.SelectMany(p => p.Candidates)
            .Where(c => c.State == CandidateState.Answered)
            .OrderBy(c => c.Distance)
            .Take(_options.K)
            .Select(c => c.Peer),
    ];

    /// <summary>Takes in what happened and says what to do. Events about peers that weren't asked are ignored.</summary>
    public LookupStep Advance(LookupEvent happened)
    {
        switch (happened.Kind)
        {
            case LookupEventKind.Response:
                OnResponse(happened.Peer, happened.Closer);
                break;
            case LookupEventKind.Failure:
                OnFailure(happened.Peer);
                break;
            case LookupEventKind.Cancel:
                _finished = true;
                break;
        }

        return _finished ? LookupStep.Finished : Next();
    }

    private void OnResponse(KadKey peer, IReadOnlyCollection<KadPeer> closer)
    {
        if (Settle(peer, CandidateState.Answered) is { } path)
        {
            foreach (KadPeer named in closer)
            {
                Add(named, path);
            }
        }
    }

    private void OnFailure(KadKey peer)
    {
        if (Settle(peer, CandidateState.Failed) is not null)
        {
            Failures++;
        }
    }

    private LookupPath? Settle(KadKey peer, CandidateState state)
    {
        if (!_known.TryGetValue(peer, out (Candidate Candidate, LookupPath Path) known)
            || known.Candidate.State != CandidateState.Asked)
        {
            return null;
        }

        known.Candidate.State = state;
        _asked.Remove(known.Candidate);
        return known.Path;
    }

    private void Add(KadPeer peer, LookupPath path)
    {
        if (peer.Key == _self || _known.ContainsKey(peer.Key))
        {
            return;
        }

        var candidate = new Candidate(peer, peer.Key.DistanceTo(_target));
        if (path.Add(candidate, out Candidate? forgotten))
        {
            _known.Add(peer.Key, (candidate, path));
        }

        if (forgotten is not null && forgotten != candidate)
        {
            _known.Remove(forgotten.Peer.Key);
        }
    }

    private LookupStep Next()
    {
        bool converged = true;
        bool complete = true;
        foreach (LookupPath path in _paths)
        {
            path.Assess();
            converged &= path.Converged;
            complete &= path.Complete;
        }

        bool exhausted = Requests >= _options.MaxRequests && _asked.Count == 0;
        if (complete || exhausted)
        {
            _finished = true;
            return LookupStep.Finished;
        }

        // Once nothing nearer is heard of, waiting between requests would gain nothing: the rest is asked at once.
        int limit = converged ? Math.Max(_options.Alpha, _options.K) : _options.Alpha;
        TimeSpan? pollAfter = null;
        if (Requests < _options.MaxRequests && HasCapacity(limit, out pollAfter) && Choose() is { } chosen)
        {
            return Ask(chosen);
        }

        return LookupStep.Wait(pollAfter);
    }

    /// <summary>Takes the paths in turn, so that none of them uses up the capacity.</summary>
    private Candidate? Choose()
    {
        for (int i = 0; i < _paths.Length; i++)
        {
            if (_paths[_turn++ % _paths.Length].Next is { } next)
            {
                return next;
            }
        }

        return null;
    }

    private LookupStep Ask(Candidate candidate)
    {
        candidate.State = CandidateState.Asked;
        candidate.AskedAt = _time.GetTimestamp();
        _asked.Add(candidate);
        Requests++;
        return LookupStep.Ask(candidate.Peer);
    }

    /// <summary>
    /// Whether one more request may start. If not because all are fresh, says when the oldest of them turns slow.
    /// </summary>
    private bool HasCapacity(int limit, out TimeSpan? pollAfter)
    {
        pollAfter = null;
        if (_asked.Count >= _options.MaxInFlight)
        {
            return false;
        }

        int fresh = 0;
        TimeSpan oldest = TimeSpan.Zero;
        foreach (Candidate asked in _asked)
        {
            TimeSpan age = _time.GetElapsedTime(asked.AskedAt);
            if (age < _options.SlowAfter)
            {
                fresh++;
                oldest = age > oldest ? age : oldest;
            }
        }

        if (fresh < limit)
        {
            return true;
        }

        pollAfter = _options.SlowAfter - oldest;
        return false;
    }
}
