using Infernet.Core.Identity;
using Infernet.Solana.Keys;

namespace Infernet.Daemon.Payments.Paying;

/// <summary>
/// The channels of this node in memory, and what running jobs have reserved of them: pure bookkeeping, thread-safe.
/// The journal has the channels first; reservations live as long as the process, like the jobs that made them.
/// </summary>
internal sealed class ChannelBook
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Address, PayChannel> _channels = [];
    private readonly HashSet<Reservation> _reservations = [];

    public ChannelBook(IEnumerable<PayChannel> channels)
    {
        foreach (PayChannel channel in channels)
        {
            _channels[channel.Address] = channel;
        }
    }

    /// <summary>All channels that were ever opened, the newest first.</summary>
    public IReadOnlyList<PayChannel> All()
    {
        lock (_lock)
        {
            return [.. _channels.Values.OrderByDescending(c => c.OpenedAt)];
        }
    }

    /// <summary>Channels that may hold money.</summary>
    public int Live
    {
        get
        {
            lock (_lock)
            {
                return _channels.Values.Count(c => c.IsLive);
            }
        }
    }

    public PayChannel? Find(Address address)
    {
        lock (_lock)
        {
            return _channels.GetValueOrDefault(address);
        }
    }

    /// <summary>A provider's channels to one payout address in one mint, each with what is reserved of it.</summary>
    public IReadOnlyList<(PayChannel Channel, ulong Reserved)> Of(
        PeerId peer, Address payee, Address mint, Address genesis)
    {
        lock (_lock)
        {
            return
            [
                .. _channels.Values
                    .Where(c => c.Escrow is null && c.Peer == peer && c.Key.Payee == payee && c.Key.Mint == mint
                        && c.Genesis == genesis)
                    .Select(c => (c, ReservedOf(c.Address))),
            ];
        }
    }

    /// <summary>The escrows of one job at a provider that may hold money, the newest first.</summary>
    public IReadOnlyList<PayChannel> EscrowsOf(PeerId peer, Address payee, byte[] jobId)
    {
        lock (_lock)
        {
            return
            [
                .. _channels.Values
                    .Where(c => c.IsLive && c.Escrow?.IsFor(jobId) == true && c.Peer == peer && c.Key.Payee == payee)
                    .OrderByDescending(c => c.OpenedAt),
            ];
        }
    }

    /// <summary>Takes over what the journal has of a channel now.</summary>
    public void Put(PayChannel channel)
    {
        lock (_lock)
        {
            _channels[channel.Address] = channel;
        }
    }

    /// <summary>Changes a channel from what it is at this moment.</summary>
    public PayChannel Change(Address address, Func<PayChannel, PayChannel> change)
    {
        lock (_lock)
        {
            return _channels[address] = change(_channels[address]);
        }
    }

    /// <summary>Sets a part of a channel aside; null if it has no room for that.</summary>
    public Reservation? TryReserve(Address channel, ulong amount)
    {
        lock (_lock)
        {
            if (amount > ChannelPolicy.Room(_channels[channel], ReservedOf(channel)))
            {
                return null;
            }

            var reservation = new Reservation(channel, amount);
            _reservations.Add(reservation);
            return reservation;
        }
    }

    /// <summary>A part of what was set aside was promised: the channel's vouchers came to so much.</summary>
    public PayChannel Promise(Reservation reservation, ulong amount, ulong cumulative, DateTimeOffset now)
    {
        lock (_lock)
        {
            reservation.Left -= amount;
            PayChannel channel = _channels[reservation.Channel];
            return _channels[channel.Address] = channel with { Signed = cumulative, UsedAt = now };
        }
    }

    /// <summary>Gives the rest back.</summary>
    public void Release(Reservation reservation)
    {
        lock (_lock)
        {
            _reservations.Remove(reservation);
            reservation.Left = 0;
        }
    }

    /// <summary>What running jobs may still pay by a channel.</summary>
    public ulong Reserved(Address channel)
    {
        lock (_lock)
        {
            return ReservedOf(channel);
        }
    }

    /// <summary>Whether a running job pays by a channel.</summary>
    public bool IsInUse(Address channel)
    {
        lock (_lock)
        {
            return _reservations.Any(r => r.Channel == channel);
        }
    }

    private ulong ReservedOf(Address channel) =>
        _reservations.Where(r => r.Channel == channel).Aggregate(0ul, (sum, r) => sum + r.Left);
}
