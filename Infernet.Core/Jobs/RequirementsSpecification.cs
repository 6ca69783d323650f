namespace Infernet.Core.Jobs;

/// <summary>What a provider must have.</summary>
public sealed record RequirementsSpecification
{
    /// <summary>Memory of one GPU, in GiB; 0 for none.</summary>
    public double GpuMemoryGib { get; init; }

    /// <summary>Context length in tokens; 0 for whatever the model is served with.</summary>
    public int ContextLength { get; init; }

    /// <summary>Lowest reputation, 0..1: the lower bound that this node's own evidence gives; 0 for anybody.</summary>
    public double MinReputation { get; init; }

    /// <summary>Only these peers, by id; empty for anybody.</summary>
    public IReadOnlyList<string> Peers { get; init; } = [];

    /// <summary>None of these peers, by id.</summary>
    public IReadOnlyList<string> ExcludePeers { get; init; } = [];
}
