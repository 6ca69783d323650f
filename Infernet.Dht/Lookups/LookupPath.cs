namespace Infernet.Dht.Lookups;

/// <summary>
/// The peers of one path of a look-up, nearest first, and what they say about how far it got. Pure.
/// </summary>
internal sealed class LookupPath(int window, int resiliency, int maxCandidates)
{
    private readonly List<Candidate> _nearestFirst = [];

    /// <summary>All peers of the path, nearest first.</summary>
    public IReadOnlyList<Candidate> Candidates => _nearestFirst;

    /// <summary>The nearest peer within the window that is still to be asked.</summary>
    public Candidate? Next { get; private set; }

    /// <summary>Whether the closest peers have answered: as many as resiliency asks for, or all that live.</summary>
    public bool Converged { get; private set; }

    /// <summary>Whether every live peer of the window has answered.</summary>
    public bool Complete { get; private set; }

    /// <summary>Adds a peer in its place; false if it is too far away to be remembered.</summary>
    public bool Add(Candidate candidate, out Candidate? forgotten)
    {
        forgotten = null;
        int at = _nearestFirst.BinarySearch(candidate, ByDistance.Instance);
        _nearestFirst.Insert(at < 0 ? ~at : at, candidate);
        if (_nearestFirst.Count > maxCandidates)
        {
            int farthest = _nearestFirst.FindLastIndex(c => c.State == CandidateState.Heard);
            forgotten = _nearestFirst[farthest];
            _nearestFirst.RemoveAt(farthest);
        }

        return forgotten != candidate;
    }

    /// <summary>
    /// Looks at the nearest live peers, as many as the window holds. A failed one makes room for the next.
    /// </summary>
    public void Assess()
    {
        Next = null;
        Converged = true;
        Complete = true;
        int live = 0;
        for (int i = 0; i < _nearestFirst.Count && live < window; i++)
        {
            Candidate candidate = _nearestFirst[i];
            if (candidate.State == CandidateState.Failed)
            {
                continue;
            }

            if (candidate.State != CandidateState.Answered)
            {
                Complete = false;
                Converged &= live >= resiliency;
            }

            if (candidate.State == CandidateState.Heard)
            {
                Next ??= candidate;
            }

            live++;
        }
    }

    private sealed class ByDistance : IComparer<Candidate>
    {
        public static readonly ByDistance Instance = new();

        public int Compare(Candidate? x, Candidate? y) => x!.Distance.CompareTo(y!.Distance);
    }
}
