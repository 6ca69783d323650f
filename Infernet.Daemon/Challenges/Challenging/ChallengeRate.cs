namespace Infernet.Daemon.Challenges.Challenging;

/// <summary>From clock readings to a rate. Pure.</summary>
internal static class ChallengeRate
{
    /// <summary>
    /// What the network may have taken of the measured time: one round trip a round, but at most a part of the whole,
    /// since a prover that answers pings late would otherwise look faster than it is.
    /// </summary>
    public static TimeSpan NetworkPart(TimeSpan wall, TimeSpan roundTrip, int rounds, double largestShare)
    {
        TimeSpan all = roundTrip * rounds;
        return all < wall * largestShare ? all : wall * largestShare;
    }

    /// <summary>Work a second.</summary>
    public static double Of(double work, TimeSpan wall, TimeSpan networkPart) =>
        work / Math.Max((wall - networkPart).TotalSeconds, 1e-6);
}
