namespace Infernet.Daemon.Jobs.Paying;

/// <summary>
/// What a job may still give to its providers. What one is granted counts as spent until the rest of it comes back, so
/// that what is paid never passes the total, whatever happens. A part can be held back for auditors. Thread-safe.
/// </summary>
/// <param name="total">In the asset's smallest unit.</param>
/// <param name="paid">By earlier runs.</param>
internal sealed class JobBudget(ulong total, ulong paid)
{
    private readonly Lock _lock = new();
    private ulong _committed = paid;
    private ulong _heldBack;
    private ulong _forAudits;

    public ulong Total => total;

    /// <summary>What nobody was granted.</summary>
    public ulong Free
    {
        get
        {
            lock (_lock)
            {
                return FreeNow;
            }
        }
    }

    /// <summary>What auditors may be paid: what is held back for them, and what nobody was granted.</summary>
    public ulong LeftForAudits
    {
        get
        {
            lock (_lock)
            {
                return Uncommitted;
            }
        }
    }

    private ulong Uncommitted => total > _committed ? total - _committed : 0;

    private ulong FreeNow => Uncommitted - Math.Min(Uncommitted, _forAudits);

    /// <summary>Holds so much back for auditors; providers are granted the rest.</summary>
    public void HoldBack(ulong amount)
    {
        lock (_lock)
        {
            _heldBack = _forAudits = amount;
        }
    }

    /// <summary>Sets the price of an audit aside, if it is there.</summary>
    public bool TryTakeForAudit(ulong price)
    {
        lock (_lock)
        {
            if (price > Uncommitted)
            {
                return false;
            }

            _committed += price;
            _forAudits -= Math.Min(_forAudits, price);
            return true;
        }
    }

    /// <summary>An audit is not paid after all.</summary>
    public void GiveBackFromAudit(ulong price)
    {
        lock (_lock)
        {
            _committed -= Math.Min(price, _committed);
            _forAudits = Math.Min(_heldBack, _forAudits + price);
        }
    }

    /// <summary>
    /// Grants a provider what it wants, or its share where others want some too; 0 if not even the least is left.
    /// </summary>
    /// <param name="wanted">What it could earn.</param>
    /// <param name="least">What it can't work without.</param>
    /// <param name="sharers">How many share what is free, itself among them.</param>
    public ulong Take(ulong wanted, ulong least, int sharers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sharers, 1);
        lock (_lock)
        {
            ulong free = FreeNow;
            ulong granted = Math.Min(free, Math.Max(least, Math.Min(wanted, free / (ulong)sharers)));
            granted = granted < least ? 0 : granted;
            _committed += granted;
            return granted;
        }
    }

    /// <summary>Takes exactly so much for what is owed already, or all that there is.</summary>
    public ulong TakeDebt(ulong owed)
    {
        lock (_lock)
        {
            ulong granted = Math.Min(owed, Uncommitted);
            _committed += granted;
            return granted;
        }
    }

    /// <summary>A grant was not used up.</summary>
    public void GiveBack(ulong left)
    {
        lock (_lock)
        {
            _committed -= Math.Min(left, _committed);
        }
    }
}
