using Infernet.Core.Identity;

namespace Infernet.Daemon.Jobs.Redundancy;

/// <summary>
/// The votes of one job that have not ended, as pure bookkeeping: who voted on what, what can be counted, and what came
/// of it. A vote is counted when as many answers are there as were asked for; while it is being counted it does not
/// change.
/// </summary>
internal sealed class BallotBox(int copies)
{
    private readonly Dictionary<int, Poll> _polls = [];
    private readonly Queue<int> _ready = new();
    private int _counting;

    /// <summary>Votes with all their answers whose end is not known, or not durable.</summary>
    public int Complete => _ready.Count + _counting;

    /// <summary>Takes an answer; a second one of the same peer to the same input changes nothing.</summary>
    public void Cast(Vote vote)
    {
        int item = vote.Answer.Index;
        if (!_polls.TryGetValue(item, out Poll? poll))
        {
            _polls.Add(item, poll = new Poll(copies));
        }

        if (!poll.Counting && poll.Votes.TrueForAll(v => v.Peer != vote.Peer))
        {
            poll.Votes.Add(vote);
            if (poll.Votes.Count == poll.Wanted)
            {
                _ready.Enqueue(item);
            }
        }
    }

    /// <summary>What can be counted now; it is being counted from now on. Take it after each answer.</summary>
    public IReadOnlyList<(int Item, IReadOnlyList<Vote> Votes)> TakeComplete()
    {
        var taken = new List<(int, IReadOnlyList<Vote>)>(_ready.Count);
        while (_ready.TryDequeue(out int item))
        {
            Poll poll = _polls[item];
            poll.Counting = true;
            taken.Add((item, [.. poll.Votes]));
        }

        _counting += taken.Count;
        return taken;
    }

    /// <summary>What lacks answers that nobody may give: it is being counted from now on with those that there are.</summary>
    public IReadOnlyList<(int Item, IReadOnlyList<Vote> Votes)> TakeIncomplete()
    {
        var taken = new List<(int, IReadOnlyList<Vote>)>();
        foreach ((int item, Poll poll) in _polls.Where(p => !p.Value.Counting && p.Value.Votes.Count > 0))
        {
            poll.Counting = true;
            taken.Add((item, [.. poll.Votes]));
        }

        _counting += taken.Count;
        return taken;
    }

    /// <summary>The vote on an input could not be decided yet: it waits for what it lacks.</summary>
    public void Reopen(int item)
    {
        _polls[item].Counting = false;
        _counting--;
    }

    /// <summary>The vote on an input ended.</summary>
    public void Close(int item)
    {
        _polls.Remove(item);
        _counting--;
    }

    /// <summary>The vote on an input has no majority: it goes on with so many further answers.</summary>
    public void Extend(int item, int further)
    {
        Poll poll = _polls[item];
        poll.Wanted = poll.Votes.Count + further;
        poll.Counting = false;
        _counting--;
    }

    /// <summary>Takes a peer's answers back, where they are not being counted; answers to which inputs.</summary>
    public IReadOnlyList<Vote> Strike(PeerId peer)
    {
        var struck = new List<Vote>();
        foreach (Poll poll in _polls.Values.Where(p => !p.Counting))
        {
            struck.AddRange(poll.Votes.Where(v => v.Peer == peer));
            poll.Votes.RemoveAll(v => v.Peer == peer);
        }

        return struck;
    }

    private sealed class Poll(int wanted)
    {
        public List<Vote> Votes { get; } = [];

        public int Wanted { get; set; } = wanted;

        public bool Counting { get; set; }
    }
}
