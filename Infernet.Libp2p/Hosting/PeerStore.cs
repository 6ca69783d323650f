using System.Net;
using System.Net.Sockets;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;

namespace Infernet.Libp2p.Hosting;

/// <summary>
/// What this node knows of others, kept in memory and bounded. Thread-safe. Addresses that a peer itself signed or
/// that a dial proved are kept longer than hearsay.
/// </summary>
public sealed class PeerStore
{
    /// <summary>Peers that are remembered; the one that was not touched for the longest time makes room.</summary>
    public const int MaxPeers = 10_000;

    /// <summary>Addresses that are remembered for one peer.</summary>
    public const int MaxAddressesPerPeer = 32;

    /// <summary>Protocols that are remembered for one peer.</summary>
    public const int MaxProtocolsPerPeer = 256;

    /// <summary>The longest signed record that is kept, in bytes.</summary>
    internal const int MaxSignedRecordLength = 4_096;

    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, KnownPeer> _peers = [];
    private readonly LinkedList<PeerId> _byUse = new();

    internal PeerStore()
    {
    }

    /// <summary>Remembers addresses for a peer (bounded per peer; unusable ones are dropped).</summary>
    public void AddAddresses(PeerId peer, IEnumerable<Multiaddr> addresses) =>
        Add(peer, addresses, AddressTrust.Hearsay);

    /// <summary>The known addresses of a peer, best first, without the peer at the end.</summary>
    public IReadOnlyList<Multiaddr> AddressesOf(PeerId peer)
    {
        lock (_gate)
        {
            return _peers.TryGetValue(peer, out KnownPeer? record)
                ? [.. record.Addresses.OrderByDescending(a => a.Value).Select(a => a.Key)]
                : [];
        }
    }

    /// <summary>The protocols that the peer said it speaks; empty if it was never identified.</summary>
    public IReadOnlyList<string> ProtocolsOf(PeerId peer)
    {
        lock (_gate)
        {
            return _peers.TryGetValue(peer, out KnownPeer? record) ? [.. record.Protocols] : [];
        }
    }

    /// <summary>What the peer said its software is; null if it was never identified.</summary>
    public string? AgentOf(PeerId peer)
    {
        lock (_gate)
        {
            return _peers.GetValueOrDefault(peer)?.Agent;
        }
    }

    internal void Add(PeerId peer, IEnumerable<Multiaddr> addresses, AddressTrust trust)
    {
        Multiaddr[] usable = [.. addresses
            .Where(a => a.PeerId is null || a.PeerId == peer)
            .Select(a => a.WithoutPeer())
            .OfType<Multiaddr>()
            .Where(IsUsable)
            .Take(MaxAddressesPerPeer)];
        if (usable.Length == 0)
        {
            return;
        }

        lock (_gate)
        {
            KnownPeer record = Touch(peer);
            foreach (Multiaddr address in usable)
            {
                record.Add(address, trust);
            }
        }
    }

    /// <summary>Takes what a peer said of itself; null leaves a field as it was.</summary>
    internal void SetIdentity(PeerId peer, IReadOnlyCollection<string>? protocols, string? agent)
    {
        lock (_gate)
        {
            KnownPeer record = Touch(peer);
            record.Agent = agent ?? record.Agent;
            if (protocols is not null)
            {
                record.Protocols = protocols.Take(MaxProtocolsPerPeer).ToHashSet(StringComparer.Ordinal);
            }
        }
    }

    /// <summary>The signed record of a peer, to be handed on as it is; empty if none is known.</summary>
    internal ReadOnlyMemory<byte> SignedRecordOf(PeerId peer)
    {
        lock (_gate)
        {
            return _peers.GetValueOrDefault(peer)?.SignedRecord ?? default;
        }
    }

    /// <summary>Keeps a record whose signature was checked, unless it is too long or a newer one is known.</summary>
    internal void SetRecord(PeerId peer, ReadOnlySpan<byte> signedRecord, ulong sequence)
    {
        if (signedRecord.Length <= MaxSignedRecordLength)
        {
            lock (_gate)
            {
                Touch(peer).SetRecord(signedRecord.ToArray(), sequence);
            }
        }
    }

    internal bool Speaks(PeerId peer, string protocol)
    {
        lock (_gate)
        {
            return _peers.TryGetValue(peer, out KnownPeer? record) && record.Protocols.Contains(protocol);
        }
    }

    /// <summary>Drops a protocol that the peer turned out not to speak.</summary>
    internal void ForgetProtocol(PeerId peer, string protocol)
    {
        lock (_gate)
        {
            if (_peers.TryGetValue(peer, out KnownPeer? record))
            {
                record.Protocols.Remove(protocol);
            }
        }
    }

    // Only what could be dialed: a plain TCP address with a port, to one host.
    private static bool IsUsable(Multiaddr address)
    {
        if (!address.TryGetTcp(out _, out int port) || port == 0)
        {
            return false;
        }

        IPAddress? ip = address.IPAddress;
        return ip is null
            || (!ip.Equals(IPAddress.Any) && !ip.Equals(IPAddress.IPv6Any) && !ip.IsIPv6Multicast
                && !(ip.AddressFamily == AddressFamily.InterNetwork && ip.GetAddressBytes()[0] >= 224));
    }

    private KnownPeer Touch(PeerId peer)
    {
        if (_peers.TryGetValue(peer, out KnownPeer? record))
        {
            _byUse.Remove(record.Use);
            _byUse.AddLast(record.Use);
            return record;
        }

        if (_peers.Count >= MaxPeers)
        {
            _peers.Remove(_byUse.First!.Value);
            _byUse.RemoveFirst();
        }

        record = new KnownPeer(_byUse.AddLast(peer));
        _peers.Add(peer, record);
        return record;
    }
}
