using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>What a voucher that came comes to, and why.</summary>
/// <param name="Outcome">Whether it counts.</param>
/// <param name="Voucher">What it says, if that could be read.</param>
/// <param name="Reason">For people; empty where it counts.</param>
internal readonly record struct VoucherFinding(VoucherOutcome Outcome, Voucher Voucher, string Reason);
