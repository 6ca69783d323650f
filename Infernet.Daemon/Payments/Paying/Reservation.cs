using Infernet.Solana.Keys;

namespace Infernet.Daemon.Payments.Paying;

/// <summary>What a running job may still pay by a channel. Changed only by <see cref="ChannelBook"/>, under its lock.
/// </summary>
internal sealed class Reservation(Address channel, ulong amount)
{
    public Address Channel { get; } = channel;

    /// <summary>What is left of it.</summary>
    public ulong Left { get; set; } = amount;
}
