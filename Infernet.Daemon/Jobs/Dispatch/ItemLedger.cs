using Infernet.Core.Identity;

namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>
/// Which units of work have an answer, by whom, and which were never in a shard. A unit is one copy of an item:
/// usually an item has one; redundant work has several, and may get more when they disagree. Items are handed out in
/// the order of the inputs, so that a reader who follows the results sees the first ones first. Nine bytes a unit.
/// </summary>
internal sealed class ItemLedger
{
    /// <summary>How many items are looked at for a provider that may not have the first ones.</summary>
    private const int MaxLookAhead = 4_096;

    private readonly int _initialCopies;
    private readonly int _maxCopies;
    private readonly bool[] _done;
    private readonly PeerId?[] _by;
    private readonly byte[] _copies;
    private readonly byte[] _fresh;
    private int _first;

    /// <param name="items">How many.</param>
    /// <param name="copies">How often each is answered.</param>
    /// <param name="maxCopies">How often an item is answered at most, when its answers disagree.</param>
    /// <param name="done">Items that need nothing more.</param>
    public ItemLedger(int items, int copies, int maxCopies, IEnumerable<int> done)
    {
        _initialCopies = copies;
        _maxCopies = maxCopies;
        _done = new bool[(long)items * maxCopies];
        _by = new PeerId?[_done.Length];
        _copies = new byte[items];
        _fresh = new byte[items];
        Array.Fill(_copies, (byte)copies);
        Array.Fill(_fresh, (byte)copies);
        foreach (int item in done)
        {
            Array.Fill(_done, true, item * maxCopies, copies);
            _fresh[item] = 0;
        }

        Fresh = _fresh.Sum(f => f);
        Open = Fresh;
    }

    /// <summary>Units without an answer.</summary>
    public int Open { get; private set; }

    /// <summary>Units that were never in a shard and have no answer.</summary>
    public int Fresh { get; private set; }

    /// <summary>The item that a unit is a copy of.</summary>
    public int ItemOf(int unit) => unit / _maxCopies;

    public bool IsDone(int unit) => _done[unit];

    /// <summary>Marks a unit as answered; false if it was already, or if there is no such unit.</summary>
    public bool TryFinish(int unit, PeerId by)
    {
        if (unit < 0 || unit >= _done.Length || unit % _maxCopies >= _copies[ItemOf(unit)] || _done[unit])
        {
            return false;
        }

        _done[unit] = true;
        _by[unit] = by;
        Open--;
        return true;
    }

    /// <summary>
    /// Takes a peer's answer to an item back and answers which unit is open again; null if the item has none of it.
    /// Of the answers of an earlier run it may not be known here whose they are.
    /// </summary>
    public int? Reopen(int item, PeerId by)
    {
        if (item < 0 || item >= _copies.Length)
        {
            return null;
        }

        for (int unit = item * _maxCopies; unit < item * _maxCopies + _copies[item]; unit++)
        {
            if (_done[unit] && (_by[unit] is not { } known || known == by))
            {
                _done[unit] = false;
                _by[unit] = null;
                Open++;
                return unit;
            }
        }

        return null;
    }

    /// <summary>Asks for one more answer to an item and answers the unit; null if it has all that it may have.</summary>
    public int? AddCopy(int item)
    {
        if (_copies[item] >= _maxCopies)
        {
            return null;
        }

        Open++;
        return item * _maxCopies + _copies[item]++;
    }

    /// <summary>Nothing more is needed of an item.</summary>
    public void Waive(int item)
    {
        foreach (int unit in Enumerable.Range(item * _maxCopies, _copies[item]).Where(u => !_done[u]))
        {
            _done[unit] = true;
            Open--;
        }

        Fresh -= _fresh[item];
        _fresh[item] = 0;
    }

    /// <summary>An earlier run brought an answer to one of an item's copies.</summary>
    public void Restore(int item, PeerId by)
    {
        int unit = item * _maxCopies + _initialCopies - _fresh[item];
        if (_fresh[item] > 0 && TryFinish(unit, by))
        {
            _fresh[item]--;
            Fresh--;
        }
    }

    /// <summary>
    /// Takes up to <paramref name="count"/> fresh units of different items whose sizes together stay within
    /// <paramref name="maxBytes"/>; at least one if there is one that fits.
    /// </summary>
    /// <param name="count">Most units.</param>
    /// <param name="sizes">Bytes of each item.</param>
    /// <param name="maxBytes">Most bytes, unless one item alone has more.</param>
    /// <param name="from">Where the provider's last search got to; moved on past what it never may have.</param>
    /// <param name="fit">Whether the provider may have a copy of an item.</param>
    public List<int> Take(int count, IReadOnlyList<int> sizes, int maxBytes, ref int from, Func<int, Fit> fit)
    {
        var taken = new List<int>(Math.Min(count, Fresh));
        long bytes = 0;
        for (; _first < _fresh.Length && _fresh[_first] == 0; _first++)
        {
        }

        from = Math.Max(from, _first);
        bool passed = true;
        for (int item = from, seen = 0; item < _fresh.Length && taken.Count < count && seen < MaxLookAhead; item++)
        {
            Fit suits = _fresh[item] == 0 ? Fit.Never : fit(item);
            if (suits == Fit.Full || suits == Fit.Yes && taken.Count > 0 && bytes + sizes[item] > maxBytes)
            {
                break;
            }

            if (suits == Fit.Yes)
            {
                bytes += sizes[item];
                taken.Add(item * _maxCopies + _initialCopies - _fresh[item]--);
            }

            seen += suits == Fit.NotNow ? 1 : 0;
            passed &= suits != Fit.NotNow;
            from = passed ? item + 1 : from;
        }

        Fresh -= taken.Count;
        return taken;
    }

    /// <summary>What was just taken is not sent after all.</summary>
    public void PutBack(List<int> taken)
    {
        foreach (int unit in taken)
        {
            _fresh[ItemOf(unit)]++;
        }

        Fresh += taken.Count;
    }
}
