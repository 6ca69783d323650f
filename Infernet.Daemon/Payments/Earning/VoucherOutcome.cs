namespace Infernet.Daemon.Payments.Earning;

/// <summary>What a voucher that came comes to.</summary>
internal enum VoucherOutcome
{
    /// <summary>It raises what is held.</summary>
    Raise,

    /// <summary>It is the one that is held, or one of before.</summary>
    Known,

    /// <summary>It counts only if the chain says so when it is read again.</summary>
    Unconfirmed,

    /// <summary>It is worth nothing, and an honest payer would not have sent it.</summary>
    Violation,
}
