namespace Infernet.Daemon.Payments.Earning;

/// <summary>What became of a voucher that came.</summary>
/// <param name="Before">What the best voucher of its channel said before.</param>
/// <param name="Held">The cumulative amount of the best voucher of its channel that counts now.</param>
/// <param name="Problem">Why this one does not count; null if it does, or if it was known.</param>
/// <param name="IsViolation">Whether an honest payer would not have sent it.</param>
internal readonly record struct TakenVoucher(ulong Before, ulong Held, string? Problem, bool IsViolation);
