using Infernet.Core.Identity;

namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>
/// Which items have an answer, by whom, and which were never in a shard. Items are handed out in the order of the
/// inputs, so that a reader who follows the results sees the first ones first. Nine bytes an item.
/// </summary>
internal sealed class ItemLedger
{
    private readonly bool[] _done;
    private readonly PeerId?[] _by;
    private int _next;

    public ItemLedger(int total, IEnumerable<int> done)
    {
        _done = new bool[total];
        _by = new PeerId?[total];
        foreach (int index in done)
        {
            _done[index] = true;
        }

        Open = _done.Count(d => !d);
        Fresh = Open;
    }

    /// <summary>Items without an answer.</summary>
    public int Open { get; private set; }

    /// <summary>Items that were never in a shard and have no answer.</summary>
    public int Fresh { get; private set; }

    public bool IsDone(int index) => _done[index];

    /// <summary>Marks an item as answered; false if it was already, or if there is no such item.</summary>
    public bool TryFinish(int index, PeerId by)
    {
        if (index < 0 || index >= _done.Length || _done[index])
        {
            return false;
        }

        _done[index] = true;
        _by[index] = by;
        Open--;
        return true;
    }

    /// <summary>
    /// Takes an answer back; false if the item has none, or has another peer's. Of an earlier run's answers it is not
    /// known here whose they are.
    /// </summary>
    public bool TryReopen(int index, PeerId by)
    {
        if (index < 0 || index >= _done.Length || !_done[index] || _by[index] is { } other && other != by)
        {
            return false;
        }

        _done[index] = false;
        _by[index] = null;
        Open++;
        return true;
    }

    /// <summary>
    /// Takes up to <paramref name="count"/> fresh items whose sizes together stay within <paramref name="maxBytes"/>;
    /// always at least one if there is one.
    /// </summary>
    public List<int> Take(int count, IReadOnlyList<int> sizes, int maxBytes)
    {
        var taken = new List<int>(Math.Min(count, Fresh));
        long bytes = 0;
        for (; _next < _done.Length && taken.Count < count; _next++)
        {
            if (_done[_next])
            {
                continue;
            }

            if (taken.Count > 0 && bytes + sizes[_next] > maxBytes)
            {
                break;
            }

            bytes += sizes[_next];
            taken.Add(_next);
        }

        Fresh -= taken.Count;
        return taken;
    }
}
