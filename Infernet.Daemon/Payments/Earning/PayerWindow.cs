namespace Infernet.Daemon.Payments.Earning;

/// <summary>How much a payer may owe, in the smallest unit.</summary>
/// <param name="Amount">All of it.</param>
/// <param name="Trusted">The part of it that is lent without a reason, since its payer is new.</param>
internal readonly record struct PayerWindow(ulong Amount, ulong Trusted);
