namespace Infernet.Daemon.Payments.Earning;

/// <summary>
/// What a newcomer is lent. More than the smallest window, so that its first job runs at the machine's speed: a window has to
/// hold what all slots compute until the first of it is paid. But identities cost nothing, so what newcomers have beyond the
/// smallest window each comes out of one pool, and what they do not pay is missing there for a day. Pure.
/// </summary>
/// <param name="Smallest">What each payer is lent whatever others did.</param>
/// <param name="Usual">What a newcomer is lent while the pool is full.</param>
/// <param name="Pool">What all newcomers together may have beyond the smallest window each.</param>
internal readonly record struct FirstCredit(ulong Smallest, ulong Usual, ulong Pool)
{
    /// <summary>What the next newcomer is lent.</summary>
    /// <param name="trusted">What others have of the pool at the moment.</param>
    /// <param name="lost">What newcomers left owing lately.</param>
    public ulong Next(ulong trusted, ulong lost)
    {
        ulong free = Pool > trusted ? Pool - trusted : 0;
        free = free > lost ? free - lost : 0;
        return Smallest + Math.Min(Usual > Smallest ? Usual - Smallest : 0, free);
    }

    /// <summary>
    /// What a payer must have paid so that half of it is as much as a newcomer's window: from then on it is lent by what it
    /// paid, and no newcomer any more.
    /// </summary>
    public ulong Proven => Usual > ulong.MaxValue / 2 ? ulong.MaxValue : 2 * Usual;
}
