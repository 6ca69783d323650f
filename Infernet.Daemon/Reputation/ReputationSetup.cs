using Infernet.Core.Audits;
using Infernet.Core.Evidence;
using Infernet.Core.Reputation;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Reputation;

/// <summary>What a <see cref="ReputationService"/> is made with. Immutable.</summary>
internal sealed record ReputationSetup
{
    public ReputationOptions Reputation { get; init; } = new();

    public EvidenceOptions Evidence { get; init; } = new();

    /// <summary>How old and how large a fact may be that others tell.</summary>
    public EvidenceLimits Limits { get; init; } = new();

    /// <summary>What margins say of a model.</summary>
    public AuditCalibrations Calibrations { get; init; } = AuditCalibrations.Shipped;

    /// <summary>Names the arithmetic by which facts come to something; what another one made is made again.</summary>
    public required string Arithmetic { get; init; }

    /// <summary>Sends a fact to the others.</summary>
    public required Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> Publish { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Log { get; init; }
}
