namespace Infernet.Execution.Challenges;

/// <summary>What a challenge asks for, apart from its seeds. Immutable; see challenge.proto for the fields.</summary>
public sealed record ChallengeShape
{
    /// <summary>One of <see cref="ChallengeKernels"/>.</summary>
    public required string Kernel { get; init; }

    /// <summary>Rows of the square matrices, or bytes of memory.</summary>
    public required long Size { get; init; }

    /// <summary>Threads that may work side by side.</summary>
    public required int Lanes { get; init; }

    /// <summary>Blocks that each lane visits in a round; memory-walk only.</summary>
    public long Steps { get; init; }

    /// <summary>Leaves that are opened in a round.</summary>
    public required int Openings { get; init; }
}
