namespace Infernet.Core.Api;

/// <summary>Puts an amount aside for one job until the committee releases it.</summary>
/// <param name="Payee">A wallet's address, or a peer id whose advert names one.</param>
/// <param name="Amount">Such as "0.5 SOL".</param>
/// <param name="Time">After how long it may be taken back, such as "7d".</param>
/// <param name="Job">What it is for: 32 or 64 hexadecimal digits, such as a job's id; null for one at random.</param>
/// <param name="DryRun">Only say what it takes.</param>
public sealed record EscrowRequest(string Payee, string Amount, string Time, string? Job = null, bool DryRun = false);
