namespace Infernet.Daemon.Payments.Paying;

/// <summary>How a channel that this node opened stands, in the words that the journal and the API use.</summary>
internal static class PayChannelState
{
    /// <summary>Its first transaction may be on its way: nobody is to open another one instead.</summary>
    public const string Opening = "opening";

    /// <summary>It can be paid by.</summary>
    public const string Open = "open";

    /// <summary>It is to end, and nothing new is paid by it.</summary>
    public const string Closing = "closing";

    /// <summary>It has ended; what was left came back.</summary>
    public const string Closed = "closed";

    /// <summary>It never came to be: nothing was deposited.</summary>
    public const string Failed = "failed";
}
