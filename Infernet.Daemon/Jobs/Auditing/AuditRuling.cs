using Infernet.Daemon.Audits.Asking;

namespace Infernet.Daemon.Jobs.Auditing;

/// <summary>What an audit came to.</summary>
/// <param name="Order">Which one.</param>
/// <param name="State">One of <see cref="Journal.AuditState"/>.</param>
/// <param name="Reason">Why, as a sentence.</param>
/// <param name="Ratio">The log-likelihood ratio that counts.</param>
/// <param name="Convicted">Whether it convicts the provider.</param>
/// <param name="Hearing">What was heard.</param>
internal sealed record AuditRuling(
    AuditOrder Order, string State, string Reason, double Ratio, bool Convicted, HearingResult Hearing);
