using Infernet.Core.Multiformats;
using Infernet.Daemon.Audits;
using Infernet.Daemon.Audits.Serving;
using Infernet.Daemon.Jobs.Providing;
using Infernet.Daemon.Jobs.Running;
using Infernet.Daemon.Payments;

namespace Infernet.Daemon.Nodes;

/// <summary>How a node runs, after flags, environment, file and defaults were merged. Immutable.</summary>
public sealed record NodeOptions
{
    /// <summary>The folder of everything durable: identity.key, infernet.db, blobs/, api.sock.</summary>
    public required string Home { get; init; }

    /// <summary>Where to listen for peers.</summary>
    public required IReadOnlyList<Multiaddr> ListenAddresses { get; init; }

    /// <summary>Peers to join the network by, each with its id at the end.</summary>
    public IReadOnlyList<Multiaddr> Bootstrap { get; init; } = [];

    /// <summary>Unseals identity.key if it is sealed.</summary>
    public string? IdentityPassphrase { get; init; }

    /// <summary>Whether to compute for others; a node that does not still submits jobs.</summary>
    public bool Serve { get; init; } = true;

    /// <summary>Sequences decoded at the same time, over all models.</summary>
    public int Slots { get; init; } = 8;

    /// <summary>Tokens of context for each sequence; null for the model's own, bounded by memory.</summary>
    public int? ContextLength { get; init; }

    /// <summary>Threads for the engine; null for one per core.</summary>
    public int? Threads { get; init; }

    /// <summary>Pins the engine library's CPU variant; null for the best that the CPU runs.</summary>
    public string? CpuVariant { get; init; }

    /// <summary>Whether the fused attention kernel is used: faster, but an audit can't reproduce every bit of it.</summary>
    public bool FlashAttention { get; init; } = true;

    /// <summary>How work is paid; null for free: then there is no wallet and no chain.</summary>
    public PaymentOptions? Payments { get; init; }

    /// <summary>Time-outs and limits of this node's own jobs.</summary>
    internal RunOptions Running { get; init; } = new();

    /// <summary>How this node has answers judged.</summary>
    internal CourtOptions Court { get; init; } = new();

    /// <summary>What others may ask of this node as an auditor.</summary>
    internal AuditServingLimits Auditing { get; init; } = new();

    /// <summary>How this node works for others.</summary>
    internal ProviderConduct Conduct { get; init; } = new();

    /// <summary>The clock behind expiries, deadlines and time-outs.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
