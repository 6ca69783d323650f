namespace Infernet.Solana.Settlement;

/// <summary>Why the settlement program refused, by its error code.</summary>
public enum SettlementError
{
    None = 0,

    /// <summary>Too few accounts.</summary>
    Accounts = 1,

    /// <summary>Data of the wrong length, or a value out of its range.</summary>
    Data = 2,

    /// <summary>An account is not the program's, or of another kind.</summary>
    State = 3,

    /// <summary>A signature is missing, or somebody else's.</summary>
    Signer = 4,

    /// <summary>An account is not the one that the state names.</summary>
    Address = 5,

    /// <summary>The address is in use already.</summary>
    Exists = 6,

    /// <summary>Zero, too little, too much, or an overflow.</summary>
    Amount = 7,

    /// <summary>Too early or too late.</summary>
    Time = 8,

    /// <summary>The voucher is not above what was settled.</summary>
    Stale = 9,

    /// <summary>The voucher is above the deposit.</summary>
    Deposit = 10,

    /// <summary>No Ed25519 instruction where one was named, or one that checks other bytes.</summary>
    Signature = 11,

    /// <summary>The voucher is signed by another key.</summary>
    VoucherKey = 12,

    /// <summary>Another message was signed.</summary>
    Voucher = 13,

    /// <summary>Fewer of the committee signed than are needed.</summary>
    Threshold = 14,

    /// <summary>No token account of the right mint and owner, or one that others may touch.</summary>
    TokenAccount = 15,

    /// <summary>Not the program's upgrade authority.</summary>
    Authority = 16,

    /// <summary>The channel is being closed already.</summary>
    Closing = 17,
}
