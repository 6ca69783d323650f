using Infernet.Core.Identity;
using Infernet.Daemon.Audits.Asking;

namespace Infernet.Daemon.Audits.Canaries;

/// <summary>A case that was decided for the provider.</summary>
/// <param name="Case">What was asked.</param>
/// <param name="IsSure">Whether this node's own engine, or two auditors who could not copy each other, found it right.</param>
/// <param name="Knowing">Those who have seen it, its provider included.</param>
internal sealed record KnownAnswers(AuditCase Case, bool IsSure, IReadOnlySet<PeerId> Knowing);
