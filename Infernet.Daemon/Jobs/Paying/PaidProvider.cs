using Infernet.Core.Identity;
using Infernet.Daemon.Jobs.Dispatch;
using Infernet.Daemon.Jobs.Running;
using Infernet.Daemon.Payments.Paying;

namespace Infernet.Daemon.Jobs.Paying;

/// <summary>
/// A provider that one connection of a job pays, or owes something from an earlier run: what it is owed now, and what may
/// be out at it. Used by the job's loop alone.
/// </summary>
/// <param name="account">By which it is paid.</param>
/// <param name="from">The connection; null for what an earlier run owes.</param>
/// <param name="credit">The most that it lets be unpaid at first, what is out included.</param>
/// <param name="share">What of that other jobs leave.</param>
internal sealed class PaidProvider(JobAccount account, ProviderConnection? from, ulong credit, CreditShare share)
{
    public PeerId Peer => Account.Provider;

    public JobAccount Account { get; } = account;

    public ProviderConnection? From { get; } = from;

    /// <summary>The most that it lets be unpaid, what is out included.</summary>
    public ulong Credit { get; set; } = credit;

    /// <summary>What it delivered, and is neither paid nor withheld yet.</summary>
    public ulong Owed { get; set; }

    /// <summary>What of that waits for a judgement.</summary>
    public ulong Judging { get; set; }

    /// <summary>What it was paid.</summary>
    public ulong Paid { get; set; }

    /// <summary>What it can still be owed: its intent's ceiling, which the provider holds its bills to as well.</summary>
    public ulong Billable => Account.Ceiling - Math.Min(Account.Ceiling, Owed + Paid);

    /// <summary>Whether its connection is over.</summary>
    public bool HasEnded { get; set; } = from is null;

    /// <summary>What of its credit other jobs leave.</summary>
    public CreditShare Share => share;

    /// <summary>What may be out at it now.</summary>
    public Funds Funds => Account.IsEnding ? default : FundsOf(Credit, share.Earlier, Account.Left, Owed, Judging);

    /// <summary>
    /// What may be out: a provider that is owed nothing begins one shard of up to twice its credit, or one that is too
    /// careful could never be paid by.
    /// </summary>
    /// <param name="credit">The most that the provider lets be unpaid, what is out included.</param>
    /// <param name="earlier">What of that earlier jobs owe it.</param>
    /// <param name="left">What may still be paid.</param>
    /// <param name="owed">What of that is owed.</param>
    /// <param name="judging">What of that waits for a judgement, which may take long.</param>
    public static Funds FundsOf(ulong credit, ulong earlier, ulong left, ulong owed, ulong judging)
    {
        ulong taken = earlier > ulong.MaxValue - owed ? ulong.MaxValue : earlier + owed;
        ulong byAccount = Rest(left, owed);
        ulong doubled = credit > ulong.MaxValue / 2 ? ulong.MaxValue : 2 * credit;
        return new Funds(
            Room: Math.Min(Rest(credit, taken), byAccount),
            First: taken == 0 ? Math.Min(doubled, left) : 0,
            Whole: Math.Min(Rest(credit, earlier), byAccount),
            IsGrowing: owed > judging);
    }

    private static ulong Rest(ulong of, ulong taken) => of > taken ? of - taken : 0;
}
