namespace Infernet.Daemon.Payments.Paying;

/// <summary>What is to be done for a channel next.</summary>
internal enum ChannelStep
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A transaction of an earlier time may be on its way: learn its fate.</summary>
    Resume,

    /// <summary>Nobody uses it: ask the provider to close it.</summary>
    Close,

    /// <summary>Ask the program for the rest.</summary>
    RequestClose,

    /// <summary>The delay is over: fetch the rest.</summary>
    Reclaim,

    /// <summary>It is gone from the chain.</summary>
    Forget,
}
