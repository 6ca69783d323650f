namespace Infernet.Libp2p.GossipSub;

/// <summary>
/// How behaviour in one topic counts towards the score (P1 to P4). Decay factors apply once per decay interval.
/// Source: gossipsub v1.1, "The Score Function" and "Overview of New Parameters".
/// </summary>
public sealed record TopicScoreOptions
{
    public double TopicWeight { get; init; } = 1;

    /// <summary>P1: the default gives at most 3 points, after five minutes in the mesh.</summary>
    public double TimeInMeshWeight { get; init; } = 0.01;

    public TimeSpan TimeInMeshQuantum { get; init; } = TimeSpan.FromSeconds(1);

    public double TimeInMeshCap { get; init; } = 300;

    /// <summary>P2: the default gives at most 20 points.</summary>
    public double FirstDeliveriesWeight { get; init; } = 0.5;

    public double FirstDeliveriesDecay { get; init; } = 0.99;

    public double FirstDeliveriesCap { get; init; } = 40;

    /// <summary>
    /// P3: off by default, since what a mesh peer should deliver depends on how much is published; who knows the rate
    /// of a topic sets it, as a negative number, with the threshold.
    /// </summary>
    public double MeshDeliveriesWeight { get; init; }

    public double MeshDeliveriesDecay { get; init; } = 0.97;

    public double MeshDeliveriesCap { get; init; } = 100;

    public double MeshDeliveriesThreshold { get; init; } = 1;

    public TimeSpan MeshDeliveriesActivation { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long after the first delivery another one still counts.</summary>
    public TimeSpan MeshDeliveriesWindow { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>P3b: off by default, as P3 is.</summary>
    public double MeshFailureWeight { get; init; }

    public double MeshFailureDecay { get; init; } = 0.97;

    /// <summary>
    /// P4: by default the first invalid message costs the mesh, the third the peer's voice for a while.
    /// </summary>
    public double InvalidMessagesWeight { get; init; } = -10;

    public double InvalidMessagesDecay { get; init; } = 0.99;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(TopicWeight);
        ArgumentOutOfRangeException.ThrowIfNegative(TimeInMeshWeight);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(TimeInMeshQuantum, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(TimeInMeshCap);
        ArgumentOutOfRangeException.ThrowIfNegative(FirstDeliveriesWeight);
        ArgumentOutOfRangeException.ThrowIfNegative(FirstDeliveriesCap);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MeshDeliveriesWeight, 0);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MeshDeliveriesThreshold);
        ArgumentOutOfRangeException.ThrowIfLessThan(MeshDeliveriesCap, MeshDeliveriesThreshold);
        ArgumentOutOfRangeException.ThrowIfLessThan(MeshDeliveriesActivation, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MeshDeliveriesWindow, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MeshFailureWeight, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(InvalidMessagesWeight, 0);
        foreach (double decay in (double[])
            [FirstDeliveriesDecay, MeshDeliveriesDecay, MeshFailureDecay, InvalidMessagesDecay])
        {
            PeerScoreOptions.ValidateDecay(decay);
        }
    }
}
