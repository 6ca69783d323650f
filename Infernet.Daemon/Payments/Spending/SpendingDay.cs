namespace Infernet.Daemon.Payments.Spending;

/// <summary>One day's sums in one mint, and what they may reach, in the smallest unit.</summary>
/// <param name="Day">UTC.</param>
/// <param name="Locked">What transactions took out of the wallet, or would have at most.</param>
/// <param name="Promised">What vouchers were raised by.</param>
/// <param name="Cap">What each of the two may reach.</param>
internal sealed record SpendingDay(DateOnly Day, ulong Locked, ulong Promised, ulong Cap);
