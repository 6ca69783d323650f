namespace Infernet.Bench.Trust.Simulation;

/// <summary>The size of a simulated network and what goes on in it. Immutable.</summary>
internal sealed record TrustSettings
{
    public int Seed { get; init; } = 20_261;

    public int Peers { get; init; } = 1_000;

    public double CheaterShare { get; init; } = 0.3;

    /// <summary>Identities that never worked for anybody, praise the ring, and slander honest peers.</summary>
    public int Sybils { get; init; } = 1_000;

    /// <summary>Each peer serves one of so many models, and each aggregator has work for one.</summary>
    public int Models { get; init; } = 5;

    /// <summary>Honest peers that have work to give; the others only work.</summary>
    public int Aggregators { get; init; } = 25;

    public int Rounds { get; init; } = 150;

    public TimeSpan Round { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Shards of the job that each aggregator has in each round.</summary>
    public int ShardsPerJob { get; init; } = 25;

    /// <summary>Peers of the model that have time for a job.</summary>
    public int Candidates { get; init; } = 40;

    public int TokensPerShard { get; init; } = 2_000;

    /// <summary>Of those, how many an audit scores: four items.</summary>
    public int TokensPerAudit { get; init; } = 256;

    /// <summary>How many shards one peer may get of a job, whatever its credit.</summary>
    public int MaxShardsPerPeer { get; init; } = 4;
}
