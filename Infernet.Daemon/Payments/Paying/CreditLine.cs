namespace Infernet.Daemon.Payments.Paying;

/// <summary>
/// What a provider lets this node owe, as this node's jobs there share it: a provider counts what is out and unpaid over all
/// jobs of a payer, so none of them may fill the window by itself. Who is refused room waits in a row: nobody gets any before
/// who has waited for longer, and who got some lets the others go first. Thread-safe.
/// </summary>
internal sealed class CreditLine(TimeProvider time)
{
    // Whoever waits says so at each event and tick of its job; who falls silent wants nothing any more.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly List<CreditShare> _shares = [];
    private readonly List<CreditShare> _waiting = [];
    private ulong _earlier;

    /// <summary>A job begins to work there; leaves when its share is disposed of.</summary>
    /// <param name="credit">The most that may be unpaid, as the provider said.</param>
    /// <param name="unpaid">What is so, as it said: what the other shares owe is in it, too.</param>
    /// <param name="wake">Called when it is the job's turn.</param>
    public CreditShare Join(ulong credit, ulong unpaid, Action wake)
    {
        lock (_lock)
        {
            // While others work there, what they owe changes between the provider's word and this, by what is out at most.
            ulong most = Rest(unpaid, Sum(_shares.Select(s => s.Owed)));
            _earlier = Math.Clamp(_earlier, Rest(most, Sum(_shares.Select(s => s.Out))), most);
            var share = new CreditShare(this, credit, wake) { Earlier = _earlier };
            _shares.Add(share);
            return share;
        }
    }

    /// <summary>An earlier run's debts, which are paid now, or an audit.</summary>
    public CreditShare Owe(ulong owed)
    {
        lock (_lock)
        {
            var share = new CreditShare(this, 0, () => { }) { Owed = owed };
            _shares.Add(share);
            return share;
        }
    }

    internal bool TryGrant(CreditShare share, ulong total, bool waits)
    {
        lock (_lock)
        {
            if (_shares.Count == 1)
            {
                share.Granted = Math.Max(share.Granted, total);
                return true;
            }

            _waiting.RemoveAll(w => time.GetElapsedTime(w.SeenAt) > Patience);
            bool turn = share.Round.Sent ? _waiting.All(w => w == share) : _waiting.Count == 0 || _waiting[0] == share;
            ulong others = Sum(_shares.Where(s => s != share).Select(UsedBy));
            ulong all = Sum(Sum(others, _earlier), Sum(share.Owed, total));
            if (turn && (others == 0 || all <= _shares.Max(s => s.Credit)))
            {
                share.Granted = Math.Max(share.Granted, total);
                return true;
            }

            share.Round = (share.Round.Wanted || waits, share.Round.Sent);
            return false;
        }
    }

    internal void EndRound(CreditShare share)
    {
        CreditShare? next;
        lock (_lock)
        {
            bool freed = share.Granted > share.Out;
            (bool wanted, bool sent) = share.Round;
            (share.Granted, share.Round) = (share.Out, default);
            bool left = (!wanted || sent) && _waiting.Remove(share);
            if (wanted)
            {
                share.SeenAt = time.GetTimestamp();
                if (!_waiting.Contains(share))
                {
                    _waiting.Add(share);
                }
            }

            next = freed || left ? Next(share) : null;
        }

        next?.Wake();
    }

    internal void Change(CreditShare share, Action<CreditShare> change)
    {
        CreditShare? next;
        lock (_lock)
        {
            ulong before = UsedBy(share);
            ulong credit = share.Credit;
            change(share);
            next = UsedBy(share) < before || share.Credit > credit ? Next(share) : null;
        }

        next?.Wake();
    }

    internal void Leave(CreditShare share)
    {
        CreditShare? next;
        lock (_lock)
        {
            _waiting.Remove(share);
            next = _shares.Remove(share) ? Next(share) : null;
        }

        next?.Wake();
    }

    internal bool IsWaiting(CreditShare share)
    {
        lock (_lock)
        {
            return _waiting.Contains(share);
        }
    }

    internal bool OthersMove(CreditShare share)
    {
        lock (_lock)
        {
            return _shares.Any(s => s != share && (s.Out > 0 || s.Owed > s.Judging));
        }
    }

    private CreditShare? Next(CreditShare but) => _waiting.Count > 0 && _waiting[0] != but ? _waiting[0] : null;

    private static ulong UsedBy(CreditShare share) => Sum(share.Owed, Math.Max(share.Out, share.Granted));

    private static ulong Rest(ulong of, ulong taken) => of > taken ? of - taken : 0;

    private static ulong Sum(IEnumerable<ulong> amounts) =>
        amounts.Aggregate(0ul, Sum);

    private static ulong Sum(ulong left, ulong right) =>
        left > ulong.MaxValue - right ? ulong.MaxValue : left + right;
}
