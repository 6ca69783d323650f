using Infernet.Core.Schemas;

namespace Infernet.Daemon.Challenges.Challenging;

/// <summary>What a challenger does about a message of its prover.</summary>
internal abstract record ChallengerStep
{
    /// <summary>Send this; what comes back is timed from here.</summary>
    public sealed record Send(ChallengeMessage Message) : ChallengerStep;

    /// <summary>Check a round, then tell <see cref="ChallengerSession.Checked"/>.</summary>
    public sealed record Check(byte[] RoundSeed, byte[] Root, byte[] OpeningSeed, ChallengeAnswer Answer)
        : ChallengerStep;

    /// <summary>Every round was right, and took so long in all.</summary>
    public sealed record Measured(TimeSpan Wall) : ChallengerStep;

    /// <summary>The prover declined.</summary>
    public sealed record Declined(string Reason, long LargestSize) : ChallengerStep;

    /// <summary>The prover failed; the reason ends a sentence that begins with its name.</summary>
    public sealed record Failed(string Reason) : ChallengerStep;
}
