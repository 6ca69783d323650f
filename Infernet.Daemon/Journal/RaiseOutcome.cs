namespace Infernet.Daemon.Journal;

/// <summary>What became of a voucher that was written.</summary>
/// <param name="Before">What the best one of its channel said before.</param>
/// <param name="Held">What the best one says now.</param>
/// <param name="Paid">What its payer has paid in all; null if a better one was there.</param>
internal readonly record struct RaiseOutcome(long Before, long Held, long? Paid);
