using Infernet.Core.Schemas;

namespace Infernet.Execution.Challenges;

/// <summary>The prover's side of a challenge: sets up once, then commits and opens round by round.</summary>
public interface IChallengeWork : IDisposable
{
    /// <summary>Elementary steps done so far, as the kernel counts them; what the verifier's are compared with.</summary>
    long Operations { get; }

    /// <summary>Allocates and fills what all rounds need.</summary>
    void Prepare(CancellationToken cancellationToken);

    /// <summary>The timed work: computes a round and returns the root that commits to it.</summary>
    byte[] Commit(ReadOnlySpan<byte> roundSeed, CancellationToken cancellationToken);

    /// <summary>Opens what the seed draws from the round that was committed last.</summary>
    ChallengeAnswer Open(ReadOnlySpan<byte> openingSeed);
}
