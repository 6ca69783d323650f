namespace Infernet.Dht.Publishing;

/// <summary>
/// When a publication is to be spread again: at the republish interval; and earlier, with growing pauses, while it
/// stands on fewer nodes than there are to hold it, as in a network that is just coming up. Pure.
/// </summary>
internal static class RepublishSchedule
{
    private const int MaxDoublings = 6;

    /// <summary>Whether it is time, given what is known now.</summary>
    /// <param name="sinceSpread">How long ago it was last spread; null for never.</param>
    /// <param name="confirmed">On how many nodes it was confirmed then.</param>
    /// <param name="shortfalls">How often in a row too few confirmed.</param>
    /// <param name="reachable">On how many nodes it could stand now: the routing table's size, at most k.</param>
    /// <param name="options">The intervals.</param>
    public static bool IsDue(
        TimeSpan? sinceSpread, int confirmed, int shortfalls, int reachable, DhtOptions options)
    {
        // Also a lonely node renews the copies that it keeps itself.
        if (sinceSpread is not { } since || since >= options.RepublishInterval)
        {
            return true;
        }

        TimeSpan pause = options.MaintenanceInterval * (1 << Math.Min(shortfalls, MaxDoublings));
        return confirmed < reachable && since >= pause;
    }
}
