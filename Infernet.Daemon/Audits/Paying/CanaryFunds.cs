using Infernet.Core.Identity;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Audits.Paying;

/// <summary>What a node spends of its own on testing auditors: so much a day (UTC), over restarts. Thread-safe.</summary>
/// <param name="perDay">In the smallest unit.</param>
/// <param name="table">Knows what was due today.</param>
/// <param name="time">The clock.</param>
internal sealed class CanaryFunds(ulong perDay, AuditDueTable table, TimeProvider time) : IAuditFunds
{
    private readonly Lock _lock = new();
    private DateTimeOffset _day;
    private ulong _spent;

    public long Job => 0;

    public ulong Left
    {
        get
        {
            lock (_lock)
            {
                return LeftNow();
            }
        }
    }

    public bool TryTake(ulong amount)
    {
        lock (_lock)
        {
            bool there = amount <= LeftNow();
            _spent += there ? amount : 0;
            return there;
        }
    }

    public void GiveBack(ulong amount)
    {
        lock (_lock)
        {
            _spent -= Math.Min(amount, _spent);
        }
    }

    // It counts as spent from when it is set aside.
    public void Spend(PeerId auditor, ulong amount)
    {
    }

    private ulong LeftNow()
    {
        DateTimeOffset now = time.GetUtcNow();
        var day = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        if (day > _day)
        {
            (_day, _spent) = (day, table.Sum(Job, day));
        }

        return perDay - Math.Min(perDay, _spent);
    }
}
