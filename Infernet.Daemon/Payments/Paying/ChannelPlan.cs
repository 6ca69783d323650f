namespace Infernet.Daemon.Payments.Paying;

/// <summary>How a channel comes to have room for a job.</summary>
internal abstract record ChannelPlan
{
    /// <summary>It has.</summary>
    public sealed record Use(PayChannel Channel) : ChannelPlan;

    /// <summary>It gets more, and perhaps longer.</summary>
    public sealed record TopUp(PayChannel Channel, ulong Amount, DateTimeOffset? Expiry) : ChannelPlan;

    /// <summary>There is none: one is opened.</summary>
    public sealed record Open(ulong Deposit, DateTimeOffset Expiry) : ChannelPlan;
}
