namespace Infernet.Daemon.Payments.Paying;

/// <summary>One job's part of a <see cref="CreditLine"/>: what is out and owed for it. Thread-safe, as the line is.</summary>
/// <param name="line">All jobs' at the provider; its lock is over the fields here.</param>
/// <param name="credit">The most that the provider lets be unpaid, as this job was told.</param>
/// <param name="wake">Called when it is this job's turn; must return at once.</param>
internal sealed class CreditShare(CreditLine line, ulong credit, Action wake) : IDisposable
{
    /// <summary>What the provider is owed of jobs that no share stands for.</summary>
    public ulong Earlier { get; init; }

    /// <summary>Whether something waits for room that other jobs have.</summary>
    public bool IsWaiting => line.IsWaiting(this);

    /// <summary>Whether other jobs' part comes back before long: it is computed, or being paid.</summary>
    public bool OthersMove => line.OthersMove(this);

    internal ulong Credit { get; set; } = credit;

    internal ulong Owed { get; set; }

    internal ulong Judging { get; set; }

    internal ulong Out { get; set; }

    /// <summary>What may be out before the round has ended.</summary>
    internal ulong Granted { get; set; }

    /// <summary>Whether something was refused in this round, and whether something went out.</summary>
    internal (bool Wanted, bool Sent) Round { get; set; }

    /// <summary>When it last said that it waits.</summary>
    internal long SeenAt { get; set; }

    internal Action Wake { get; } = wake;

    /// <summary>Lets so much be out in all, if other jobs leave that and none of them has waited for longer.</summary>
    /// <param name="total">At most, in the smallest unit.</param>
    /// <param name="waits">Whether it waits for its turn if it can't be.</param>
    public bool TryGrant(ulong total, bool waits) => line.TryGrant(this, total, waits);

    /// <summary>So much is out.</summary>
    public void SetOut(ulong amount) => line.Change(this, s =>
    {
        s.Round = (s.Round.Wanted, s.Round.Sent || amount > s.Out);
        s.Out = amount;
    });

    /// <summary>So much is owed, of which a part waits for a judgement.</summary>
    public void SetOwed(ulong owed, ulong judging) => line.Change(this, s => (s.Owed, s.Judging) = (owed, judging));

    /// <summary>The provider lets more be unpaid.</summary>
    public void Raise(ulong to) => line.Change(this, s => s.Credit = Math.Max(s.Credit, to));

    /// <summary>All that could go out has: whoever was refused something waits from now on.</summary>
    public void EndRound() => line.EndRound(this);

    /// <summary>The job has nothing there any more.</summary>
    public void Dispose() => line.Leave(this);
}
