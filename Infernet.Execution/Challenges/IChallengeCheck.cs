using Infernet.Core.Schemas;

namespace Infernet.Execution.Challenges;

/// <summary>The challenger's side of a challenge: judges rounds at a small part of the cost of computing them.</summary>
public interface IChallengeCheck
{
    /// <summary>Elementary steps done so far, as the kernel counts them.</summary>
    long Operations { get; }

    /// <summary>What a round amounts to: operations, or bytes read.</summary>
    double WorkPerRound { get; }

    /// <summary>What is wrong with a round, as a sentence's end; null if nothing is.</summary>
    string? FindFault(
        ReadOnlySpan<byte> roundSeed, ReadOnlySpan<byte> root, ReadOnlySpan<byte> openingSeed, ChallengeAnswer answer);
}
