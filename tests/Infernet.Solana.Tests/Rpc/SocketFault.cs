namespace Infernet.Solana.Tests.Rpc;

/// <summary>What a <see cref="HostileSocket"/> does with a subscription.</summary>
public enum SocketFault
{
    /// <summary>What the ledger tells is passed on.</summary>
    None,

    /// <summary>What the ledger tells is lost.</summary>
    Dropped,

    /// <summary>It is told at once, whatever the truth is.</summary>
    SaysConfirmed,

    /// <summary>It is told at once that it failed.</summary>
    SaysFailed,

    /// <summary>What comes is no JSON, and nothing else does.</summary>
    Garbage,

    /// <summary>A message that does not end.</summary>
    TooLong,

    /// <summary>The connection ends after the subscription.</summary>
    Closed,

    /// <summary>No connection is had at all.</summary>
    Refused,
}
