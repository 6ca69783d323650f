using Infernet.Core.Identity;

namespace Infernet.Daemon.Audits.Paying;

/// <summary>
/// Out of what a hearing's auditors are paid: a job's budget, or what this node spends on testing auditors. Thread-safe.
/// </summary>
internal interface IAuditFunds
{
    /// <summary>The job's row; 0 where there is none.</summary>
    long Job { get; }

    /// <summary>What may still be spent, in the smallest unit.</summary>
    ulong Left { get; }

    /// <summary>Sets an amount aside, if it is there.</summary>
    bool TryTake(ulong amount);

    /// <summary>What was set aside is not due after all.</summary>
    void GiveBack(ulong amount);

    /// <summary>What was set aside is due to an auditor: it is spent.</summary>
    void Spend(PeerId auditor, ulong amount);
}
