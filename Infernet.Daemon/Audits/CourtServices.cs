using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Reputation;
using Infernet.Daemon.Audits.Asking;
using Infernet.Daemon.Audits.Paying;
using Infernet.Daemon.Audits.Serving;
using Infernet.Daemon.Audits.Wire;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Audits;

/// <summary>What hearings use of their node.</summary>
/// <param name="Identity">Signs for verdicts, and those of this node's own engine.</param>
/// <param name="Open">Opens a stream to an auditor.</param>
/// <param name="Serving">Who serves a model, and what it asks; this node may be among them.</param>
/// <param name="Standing">What is thought of a peer.</param>
/// <param name="Network">The network of a peer; null if unknown.</param>
/// <param name="Record">Notes how an auditor did.</param>
/// <param name="Bench">This node's own judging.</param>
/// <param name="Options">The numbers.</param>
/// <param name="Time">The clock.</param>
/// <param name="Log">Where the odd things go.</param>
internal sealed record CourtServices(
    NodeIdentity Identity, Func<PeerId, CancellationToken, Task<AuditLink>> Open,
    Func<Cid, IEnumerable<ServingAuditor>> Serving, Func<PeerId, PeerStanding> Standing, Func<PeerId, string?> Network,
    Func<PeerId, AuditorFinding, CancellationToken, Task> Record, JudgeBench Bench, CourtOptions Options,
    TimeProvider Time, ILogger Log)
{
    /// <summary>Draws numbers from 0 to below 1 that nobody can foresee.</summary>
    public Func<double> Fraction { get; init; } = SecureFraction.Next;

    /// <summary>Pays auditors; null on a node that pays nobody, so that only those judge who ask nothing.</summary>
    public AuditorPay? Pay { get; init; }
}
