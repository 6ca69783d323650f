namespace Infernet.Daemon.Journal;

/// <summary>How the audit of a receipt stands.</summary>
/// <param name="State">One of <see cref="AuditState"/>.</param>
/// <param name="Reason">Why; null while it is pending.</param>
/// <param name="Auditors">Who judged.</param>
internal sealed record AuditMark(string State, string? Reason, IReadOnlyList<string> Auditors);
