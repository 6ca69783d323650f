using Infernet.Core.Payments;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>
/// Holds one payer, over all of its jobs here, to its window: what is unpaid and what the shards that are out may cost
/// together stay within it. The rest waits, first come, first served. Pure; not thread-safe.
/// <para>
/// A shard that is larger than the window could never begin; so when nothing is out and nothing unpaid, one of up to
/// twice the window may.
/// </para>
/// </summary>
/// <param name="asset">What the amounts are in.</param>
/// <param name="window">What may be unpaid or out.</param>
/// <param name="unpaid">What is unpaid from earlier; below 0 if more was paid than is owed.</param>
/// <param name="maxWaiting">Shards that may wait.</param>
internal sealed class CreditGate(Asset asset, ulong window, long unpaid, int maxWaiting)
{
    private const ulong AuditShare = 4;

    private readonly LinkedList<GateEntry> _waiting = new();
    private Int128 _overdrawn;

    /// <summary>What may be unpaid or out.</summary>
    public ulong Window { get; private set; } = window;

    /// <summary>What was delivered and is not paid; below 0 if more was paid than is owed.</summary>
    public Int128 Unpaid { get; private set; } = unpaid;

    /// <summary>What the shards that are out may cost.</summary>
    public Int128 Out { get; private set; }

    /// <summary>Shards that wait.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>A shard wants to begin.</summary>
    public GateAnswer Enter(GateEntry entry)
    {
        if (FindImpossible(entry) is { } never)
        {
            return new GateAnswer.Refuse(never);
        }

        if (_waiting.Count == 0 && Fits(entry) && IsWithinCeiling(entry))
        {
            Take(entry);
            return new GateAnswer.Begin();
        }

        if (_waiting.Count >= maxWaiting)
        {
            return new GateAnswer.Refuse($"{_waiting.Count} shards wait already for earlier ones to be paid");
        }

        _waiting.AddLast(entry);
        return new GateAnswer.Wait();
    }

    /// <summary>
    /// An audit wants to begin; it waits for nothing. Beyond what shards may fill there is a quarter of the window for
    /// audits: shards are paid once others have judged them, so that auditors whose windows are full of shards would wait
    /// for each other.
    /// </summary>
    /// <returns>Null if it may, or why not.</returns>
    public string? TryEnterAudit(GateEntry entry)
    {
        Int128 limit = Int128.Max(Window, _overdrawn) + (Window / AuditShare);
        if (entry.Worst > entry.Intent.Left
            || (Out + Unpaid + entry.Worst > limit && (Out != 0 || Unpaid > 0 || entry.Worst > (Int128)Window * 2)))
        {
            return Describe();
        }

        Out += entry.Worst;
        entry.Intent.Out += entry.Worst;
        return null;
    }

    /// <summary>A shard that waited gives up; false if it may begin by now.</summary>
    public bool Leave(GateEntry entry) => _waiting.Remove(entry);

    /// <summary>A shard that began can't cost as much any more as it could: some of its items have ended.</summary>
    /// <returns>Those who may begin for it.</returns>
    public IReadOnlyList<GateEntry> Reduce(GateEntry entry, ulong worst)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(worst, entry.Worst);
        Out -= entry.Worst - worst;
        entry.Intent.Out -= entry.Worst - worst;
        entry.Worst = worst;
        return Admit();
    }

    /// <summary>A shard that began is over.</summary>
    /// <param name="entry">Which.</param>
    /// <param name="cost">What it cost; 0 if nothing is owed for it.</param>
    /// <returns>Those who may begin for it.</returns>
    public IReadOnlyList<GateEntry> Ended(GateEntry entry, ulong cost)
    {
        Out -= entry.Worst;
        Unpaid += cost;
        entry.Intent.Out -= entry.Worst;
        entry.Intent.Used = ulong.MaxValue - entry.Intent.Used < cost ? ulong.MaxValue : entry.Intent.Used + cost;
        return Admit();
    }

    /// <summary>So much was paid.</summary>
    /// <returns>Those who may begin for it.</returns>
    public IReadOnlyList<GateEntry> Paid(ulong amount)
    {
        Unpaid -= amount;
        return Admit();
    }

    /// <summary>The payer's window is another one now.</summary>
    /// <returns>Those who may begin for it.</returns>
    public IReadOnlyList<GateEntry> Resize(ulong newWindow)
    {
        Window = newWindow;
        return Admit();
    }

    /// <summary>How things stand, for a payer that has to wait.</summary>
    public string Describe() =>
        $"unpaid work of {Show(Unpaid)} and {Show(Out)} under way stand at the limit of {asset.Show(Window)}; "
        + "more begins as it is paid";

    private string? FindImpossible(GateEntry entry)
    {
        if (entry.Worst > entry.Intent.Left)
        {
            return $"this shard may cost {asset.Show(entry.Worst)}; of the job's ceiling of "
                + $"{asset.Show(entry.Intent.Ceiling)} are {asset.Show(entry.Intent.Left)} left";
        }

        return entry.Worst > (UInt128)Window * 2
            ? $"this shard may cost {asset.Show(entry.Worst)}; the limit of unpaid work is {asset.Show(Window)}, "
                + $"so send shards of at most that"
            : null;
    }

    private IReadOnlyList<GateEntry> Admit()
    {
        _overdrawn = Out + Unpaid <= Window ? 0 : _overdrawn;
        if (_waiting.Count == 0)
        {
            return [];
        }

        var admitted = new List<GateEntry>();
        for (LinkedListNode<GateEntry>? node = _waiting.First; node is not null && Fits(node.Value);)
        {
            LinkedListNode<GateEntry>? next = node.Next;

            // One that its own job's ceiling holds up keeps nobody else waiting.
            if (IsWithinCeiling(node.Value))
            {
                _waiting.Remove(node);
                Take(node.Value);
                admitted.Add(node.Value);
            }

            node = next;
        }

        return admitted;
    }

    private bool Fits(GateEntry entry) =>
        Out + Unpaid + entry.Worst <= Window || (Out == 0 && Unpaid <= 0 && entry.Worst <= (Int128)Window * 2);

    private static bool IsWithinCeiling(GateEntry entry) =>
        (UInt128)entry.Intent.Out + entry.Worst <= entry.Intent.Left;

    private void Take(GateEntry entry)
    {
        Out += entry.Worst;
        entry.Intent.Out += entry.Worst;
        _overdrawn = Int128.Max(_overdrawn, Out + Unpaid > Window ? Out + Unpaid : 0);
    }

    private string Show(Int128 amount) =>
        asset.Show(amount < 0 ? 0 : amount > ulong.MaxValue ? ulong.MaxValue : (ulong)amount);
}
