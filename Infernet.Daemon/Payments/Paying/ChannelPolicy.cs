using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Paying;

/// <summary>
/// When channels are opened, topped up, lengthened and closed: pure decisions. What a channel has room for is its
/// deposit, less what vouchers promise, less what running jobs have reserved.
/// </summary>
internal static class ChannelPolicy
{
    /// <summary>How a provider's open channels come to have room for a ceiling.</summary>
    /// <param name="channels">Those that pay the right address in the right mint, each with what is reserved of it.
    /// </param>
    /// <param name="ceiling">The most that the job may pay by it.</param>
    /// <param name="now">The time.</param>
    /// <param name="options">Amounts and terms.</param>
    public static ChannelPlan Plan(
        IEnumerable<(PayChannel Channel, ulong Reserved)> channels, ulong ceiling, DateTimeOffset now,
        PayingOptions options)
    {
        ArgumentNullException.ThrowIfNull(channels);
        ArgumentNullException.ThrowIfNull(options);
        (PayChannel? best, ulong room) = (null, 0);
        foreach ((PayChannel channel, ulong reserved) in channels)
        {
            // One that has expired can only be emptied.
            if (channel.State == PayChannelState.Open && channel.Expiry > now
                && (best is null || Room(channel, reserved) > room))
            {
                (best, room) = (channel, Room(channel, reserved));
            }
        }

        if (best is null)
        {
            return new ChannelPlan.Open(Math.Max(ceiling, options.ChannelDeposit), now + options.Term);
        }

        bool isShort = best.Expiry - now < options.RenewBelow;
        return room >= ceiling && !isShort
            ? new ChannelPlan.Use(best)
            : new ChannelPlan.TopUp(
                best, room >= ceiling ? 0 : Math.Max(ceiling - room, options.ChannelDeposit), isShort ? now + options.Term : null);
    }

    /// <summary>What is left of a channel for new jobs.</summary>
    public static ulong Room(PayChannel channel, ulong reserved)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return channel.Unsigned > reserved ? channel.Unsigned - reserved : 0;
    }

    /// <summary>Whether a new stream of an escrow's job may pay a ceiling by it.</summary>
    /// <param name="escrow">As the journal has it.</param>
    /// <param name="reserved">What is reserved of it.</param>
    /// <param name="ceiling">The most that is to be paid.</param>
    /// <param name="now">The time.</param>
    /// <param name="options">The terms.</param>
    public static bool CanGoOn(
        PayChannel escrow, ulong reserved, ulong ceiling, DateTimeOffset now, PayingOptions options)
    {
        ArgumentNullException.ThrowIfNull(escrow);
        ArgumentNullException.ThrowIfNull(options);
        return escrow.State == PayChannelState.Open && escrow.Expiry - now >= options.LeastEscrowTerm
            && Room(escrow, reserved) >= ceiling;
    }

    /// <summary>What an escrow needs.</summary>
    /// <param name="escrow">As the journal has it.</param>
    /// <param name="chain">As the chain has it; null if it has none at this address.</param>
    /// <param name="inUse">Whether its job pays by it.</param>
    /// <param name="now">The time.</param>
    public static ChannelStep Next(PayChannel escrow, EscrowState? chain, bool inUse, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(escrow);
        return escrow.State == PayChannelState.Opening ? ChannelStep.Resume
            : chain is null ? inUse ? ChannelStep.None : ChannelStep.Forget
            : now.ToUnixTimeSeconds() >= chain.Expiry ? ChannelStep.Reclaim
            : ChannelStep.None;
    }

    /// <summary>What a channel needs.</summary>
    /// <param name="channel">As the journal has it.</param>
    /// <param name="chain">As the chain has it; null if it has none at this address.</param>
    /// <param name="inUse">Whether a job pays by it.</param>
    /// <param name="now">The time.</param>
    /// <param name="options">Terms.</param>
    public static ChannelStep Next(
        PayChannel channel, ChannelState? chain, bool inUse, DateTimeOffset now, PayingOptions options)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(options);
        if (channel.State == PayChannelState.Opening || channel.Adding > 0 || channel.AddingExpiry is not null)
        {
            return ChannelStep.Resume;
        }

        bool isClosing = channel.State == PayChannelState.Closing;
        if (chain is null)
        {
            // An endpoint that is behind, or lies, must not make this node forget a deposit that it did not ask for.
            return isClosing || now > channel.Expiry ? ChannelStep.Forget : ChannelStep.None;
        }

        long seconds = now.ToUnixTimeSeconds();
        if (chain.ReclaimAt != 0 ? seconds >= chain.ReclaimAt : seconds >= chain.Expiry + chain.WithdrawDelay)
        {
            return ChannelStep.Reclaim;
        }

        return isClosing ? chain.ReclaimAt == 0 ? ChannelStep.RequestClose : ChannelStep.None
            : !inUse && now - channel.UsedAt >= options.IdleClose ? ChannelStep.Close
            : ChannelStep.None;
    }
}
