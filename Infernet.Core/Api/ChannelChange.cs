namespace Infernet.Core.Api;

/// <summary>What was done to a channel, or would be, and what it takes.</summary>
public sealed record ChannelChange
{
    /// <summary>The channel as it is now; absent if there is none yet.</summary>
    public ChannelView? Channel { get; init; }

    public required SpendView Spend { get; init; }
}
