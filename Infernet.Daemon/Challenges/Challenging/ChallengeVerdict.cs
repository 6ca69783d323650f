namespace Infernet.Daemon.Challenges.Challenging;

/// <summary>What a challenge says of its prover.</summary>
internal enum ChallengeVerdict
{
    /// <summary>Every round was right, and fast enough for what is claimed.</summary>
    Passed,

    /// <summary>Every round was right, but the claimed class would have been faster.</summary>
    Slow,

    /// <summary>A round was wrong, or the prover broke off or broke the protocol.</summary>
    Failed,

    /// <summary>The prover did not take the challenge on, which says nothing.</summary>
    Declined,
}
