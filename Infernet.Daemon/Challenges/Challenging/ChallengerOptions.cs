namespace Infernet.Daemon.Challenges.Challenging;

/// <summary>What this node asks of others, and how it judges. Immutable.</summary>
internal sealed record ChallengerOptions
{
    public int Rounds { get; init; } = 3;

    /// <summary>Rows opened in a round of matmul-int8: three rounds catch a quarter of wrong rows but for 3e-5.</summary>
    public int MatrixOpenings { get; init; } = 12;

    /// <summary>Pieces of the walk opened in a round of memory-walk.</summary>
    public int MemoryOpenings { get; init; } = 8;

    /// <summary>How long a round should take a prover that is what it claims, so that little hangs on the network.</summary>
    public TimeSpan RoundTarget { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>How many round trips a round should be long at least.</summary>
    public double RoundTripsPerRound { get; init; } = 6;

    /// <summary>Bytes of memory that a challenge fills if nothing else is asked for.</summary>
    public long MemorySize { get; init; } = 256 << 20;

    /// <summary>The part of the claimed memory that it fills at most then.</summary>
    public double MemoryShare { get; init; } = 1.0 / 16;

    /// <summary>The part of its claim that a prover must reach.</summary>
    public double Tolerance { get; init; } = 0.5;

    /// <summary>
    /// Bytes a second that each lane must reach in any case. To make a block again takes ten times as long as to read
    /// it; below this figure, blocks may have been made again instead of kept.
    /// </summary>
    public double MinBytesPerLane { get; init; } = 0.75e9;

    /// <summary>Operations a second of a core that claims nothing, to choose the size by.</summary>
    public double AssumedOperationsPerCore { get; init; } = 20e9;

    /// <summary>Bytes a second of a core that claims nothing, to choose the steps by.</summary>
    public double AssumedBytesPerCore { get; init; } = 4e9;

    /// <summary>Pings before a challenge; the shortest counts.</summary>
    public int Pings { get; init; } = 5;

    /// <summary>The largest part of the measured time that is taken off for the network.</summary>
    public double MaxRoundTripShare { get; init; } = 0.25;

    /// <summary>How long a prover may take to set up, and for each round.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a peer may take to answer the stream and the pings.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
