using Infernet.Core.Identity;

namespace Infernet.Daemon.Challenges.Challenging;

/// <summary>
/// Whom this node challenges next, at random: peers that never passed sooner, those that a large job is about to use
/// soonest, all others now and then. Nobody can tell when its turn comes. Pure.
/// </summary>
internal static class ChallengeDraw
{
    /// <summary>The mean time until a peer's turn, for each case.</summary>
    private static readonly TimeSpan Newcomer = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Wanted = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Known = TimeSpan.FromHours(12);

    /// <summary>Draws for a stretch of time; null if it is nobody's turn.</summary>
    /// <param name="peers">Who could be challenged, whether it passed the last time, and whether a job wants it.</param>
    /// <param name="stretch">The time since the last draw.</param>
    /// <param name="random">Uniform in 0 to 1.</param>
    public static PeerId? Pick(
        IReadOnlyList<(PeerId Peer, bool HasPassed, bool IsWanted)> peers, TimeSpan stretch, Func<double> random)
    {
        PeerId? picked = null;
        int due = 0;
        foreach ((PeerId peer, bool hasPassed, bool isWanted) in peers)
        {
            TimeSpan mean = isWanted ? Wanted : hasPassed ? Known : Newcomer;
            bool isDue = random() < 1 - Math.Exp(-stretch / mean);
            // Of those that are due each is picked with the same probability.
            if (isDue && random() * ++due < 1)
            {
                picked = peer;
            }
        }

        return picked;
    }
}
