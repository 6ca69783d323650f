namespace Infernet.Core.Api;

/// <summary>What an auditor of a job's answers is paid, in the smallest unit of what the job pays in.</summary>
/// <param name="PeerId">Who judged.</param>
/// <param name="Audits">How many of its verdicts are paid for.</param>
/// <param name="Amount">What they come to.</param>
/// <param name="Lost">What was due beside that and is never paid: its channel has ended.</param>
public sealed record JobAuditor(string PeerId, int Audits, ulong Amount, ulong Lost);
