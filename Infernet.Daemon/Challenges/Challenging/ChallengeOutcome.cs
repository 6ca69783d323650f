using Infernet.Daemon.Challenges.Results;

namespace Infernet.Daemon.Challenges.Challenging;

/// <summary>How a challenge ended.</summary>
/// <param name="Verdict">What to think of the prover.</param>
/// <param name="Reason">Why, as a sentence; empty if it passed.</param>
/// <param name="Measurement">What was measured, if every round was right.</param>
/// <param name="LargestSize">What the prover would take on instead of what it declined; 0 if it does not say.</param>
internal sealed record ChallengeOutcome(
    ChallengeVerdict Verdict, string Reason, Measurement? Measurement, long LargestSize = 0);
