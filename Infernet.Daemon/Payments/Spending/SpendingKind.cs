namespace Infernet.Daemon.Payments.Spending;

/// <summary>The two ways in which money goes.</summary>
internal enum SpendingKind
{
    /// <summary>A transaction takes it out of the wallet.</summary>
    Locked,

    /// <summary>A voucher promises it from a channel.</summary>
    Promised,
}
