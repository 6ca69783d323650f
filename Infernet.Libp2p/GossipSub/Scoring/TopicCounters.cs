namespace Infernet.Libp2p.GossipSub.Scoring;

/// <summary>
/// What one peer did in one topic, and what that is worth. Pure arithmetic.
/// Source: gossipsub v1.1, "Topic Parameter Calculation and Decay".
/// </summary>
internal sealed class TopicCounters(TopicScoreOptions options)
{
    private TimeSpan _graftedAt;
    private TimeSpan _meshTime;
    private double _firstDeliveries;
    private double _meshDeliveries;
    private double _meshFailure;
    private double _invalid;

    public bool IsInMesh { get; private set; }

    public void Graft(TimeSpan now)
    {
        IsInMesh = true;
        _graftedAt = now;
        _meshTime = TimeSpan.Zero;
    }

    /// <summary>P3b: whoever is pruned with a deficit keeps it for a while.</summary>
    public void Prune()
    {
        if (IsInMesh)
        {
            _meshFailure += Deficit * Deficit;
        }

        IsInMesh = false;
        _meshTime = TimeSpan.Zero;
    }

    /// <summary>P2, and P3 for a mesh peer.</summary>
    public void CountFirstDelivery()
    {
        _firstDeliveries = Math.Min(_firstDeliveries + 1, options.FirstDeliveriesCap);
        CountMeshDelivery();
    }

    /// <summary>P3: a first or near-first delivery by a mesh peer.</summary>
    public void CountMeshDelivery()
    {
        if (IsInMesh)
        {
            _meshDeliveries = Math.Min(_meshDeliveries + 1, options.MeshDeliveriesCap);
        }
    }

    /// <summary>P3: a delivery counts if it came before the message was found valid, or soon after.</summary>
    public void CountDuplicate(TimeSpan? sinceValidated)
    {
        if (sinceValidated is null || sinceValidated <= options.MeshDeliveriesWindow)
        {
            CountMeshDelivery();
        }
    }

    /// <summary>P4.</summary>
    public void CountInvalid() => _invalid++;

    /// <summary>One decay interval passes. An absent peer's penalties stay: going away forgives nothing.</summary>
    public void Decay(TimeSpan now, double toZero, bool isConnected)
    {
        _firstDeliveries = Decayed(_firstDeliveries, options.FirstDeliveriesDecay, toZero);
        _meshDeliveries = Decayed(_meshDeliveries, options.MeshDeliveriesDecay, toZero);
        if (isConnected)
        {
            _meshFailure = Decayed(_meshFailure, options.MeshFailureDecay, toZero);
            _invalid = Decayed(_invalid, options.InvalidMessagesDecay, toZero);
        }

        if (IsInMesh)
        {
            _meshTime = now - _graftedAt;
        }
    }

    public double Score()
    {
        double p1 = IsInMesh
            ? Math.Min(Math.Floor(_meshTime / options.TimeInMeshQuantum), options.TimeInMeshCap)
            : 0;
        double p3 = IsInMesh ? Deficit * Deficit : 0;
        return options.TopicWeight * (
            (options.TimeInMeshWeight * p1)
            + (options.FirstDeliveriesWeight * _firstDeliveries)
            + (options.MeshDeliveriesWeight * p3)
            + (options.MeshFailureWeight * _meshFailure)
            + (options.InvalidMessagesWeight * _invalid * _invalid));
    }

    public static double Decayed(double value, double factor, double toZero) =>
        value * factor < toZero ? 0 : value * factor;

    private double Deficit => _meshTime > options.MeshDeliveriesActivation
        ? Math.Max(options.MeshDeliveriesThreshold - _meshDeliveries, 0)
        : 0;
}
