using System.Net;
using Infernet.Core.Identity;
using Infernet.Dht.Keys;

namespace Infernet.Dht.Routing;

/// <summary>
/// The peers that a node knows to serve, in buckets by the length of the prefix they share with it: many of its own
/// neighbourhood, few of the far side. A peer gets in only after it answered a request (the caller probes it), stays
/// as long as it answers, and counts against its network's limit. Does no I/O; thread-safe.
/// Source: https://github.com/libp2p/specs/blob/master/kad-dht/README.md, "Kademlia routing table".
/// </summary>
internal sealed class RoutingTable(KadKey self, RoutingLimits limits, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Bucket?[] _buckets = new Bucket?[KadKey.Bits];
    private readonly Dictionary<IpGroup, int> _groups = [];
    private int _count;

    /// <summary>How many peers stand in the table.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Where this node lies.</summary>
    public KadKey Self { get; } = self;

    /// <summary>Whether a peer stands in the table.</summary>
    public bool Contains(KadKey key)
    {
        lock (_gate)
        {
            return key != Self && BucketOf(key)?.Find(key) is not null;
        }
    }

    /// <summary>
    /// What would become of a peer that somebody named or that connected. One that finds its bucket full is
    /// remembered in case a member fails.
    /// </summary>
    public Admission Consider(KadPeer peer, IPAddress? address)
    {
        lock (_gate)
        {
            return ConsiderLocked(peer, address, out _);
        }
    }

    /// <summary>Takes a peer in, or notes that a member answered. Only for peers that answered a request.</summary>
    public Admission Admit(KadPeer peer, IPAddress? address)
    {
        lock (_gate)
        {
            Admission admission = ConsiderLocked(peer, address, out IpGroup? group);
            if (admission == Admission.Member)
            {
                RoutingEntry member = BucketOf(peer.Key)!.Find(peer.Key)!;
                member.Failures = 0;
                member.LastSeen = time.GetTimestamp();
            }
            else if (admission == Admission.Probe)
            {
                Insert(peer, group);
                admission = Admission.Member;
            }

            return admission;
        }
    }

    /// <summary>
    /// Notes that a member gave no usable answer. It is dropped if it can't be reached at all, or failed too often.
    /// </summary>
    /// <returns>A peer that waited for the place and should be probed now.</returns>
    public KadPeer? Fail(KadKey key, bool unreachable)
    {
        lock (_gate)
        {
            if (key == Self || BucketOf(key) is not { } bucket || bucket.Find(key) is not { } member)
            {
                return null;
            }

            member.Failures++;
            if (!unreachable && member.Failures < limits.MaxFailures)
            {
                return null;
            }

            Drop(bucket, member);
            return NextWaiting(bucket);
        }
    }

    /// <summary>Notes that a member may be gone, so that the caller's next round asks it.</summary>
    public void Suspect(KadKey key)
    {
        lock (_gate)
        {
            if (key != Self && BucketOf(key)?.Find(key) is { } member)
            {
                member.Failures = Math.Max(member.Failures, 1);
            }
        }
    }

    /// <summary>The members that failed since they last answered.</summary>
    public IReadOnlyList<KadPeer> Suspects()
    {
        lock (_gate)
        {
            return [.. _buckets.SelectMany(b => b?.Members ?? []).Where(m => m.Failures > 0).Select(m => m.Peer)];
        }
    }

    /// <summary>The closest members to a key, nearest first, without one that needs no telling.</summary>
    public IReadOnlyList<KadPeer> Closest(KadKey target, int count, PeerId? except = null)
    {
        var closest = new ClosestPeers(target, except);
        lock (_gate)
        {
            // Members of the target's own bucket share more bits with it than the target does with this node; members
            // of all deeper buckets exactly as many; those of each shallower bucket fewer and fewer. So groups of
            // buckets come in order of distance, and mostly one or two of them are enough.
            int shared = Self.CommonPrefixLength(target);
            if (shared < KadKey.Bits)
            {
                closest.Add(_buckets.AsSpan(shared, 1));
            }

            if (closest.Count < count && shared + 1 < KadKey.Bits)
            {
                closest.Add(_buckets.AsSpan(shared + 1));
            }

            for (int i = Math.Min(shared, KadKey.Bits) - 1; i >= 0 && closest.Count < count; i--)
            {
                closest.Add(_buckets.AsSpan(i, 1));
            }
        }

        return closest.Take(count);
    }

    /// <summary>The prefix lengths of the buckets with members that nobody looked into for so long.</summary>
    public IReadOnlyList<int> DueForRefresh(TimeSpan interval, int deepest)
    {
        lock (_gate)
        {
            return [.. Enumerable.Range(0, Math.Min(deepest + 1, KadKey.Bits)).Where(i =>
                _buckets[i] is { Members.Count: > 0 } bucket
                && (bucket.RefreshedAt is not { } at || time.GetElapsedTime(at) >= interval))];
        }
    }

    /// <summary>Notes that a look-up goes into a bucket's range.</summary>
    public void MarkRefreshed(KadKey target)
    {
        lock (_gate)
        {
            if (target != Self && BucketOf(target) is { } bucket)
            {
                bucket.RefreshedAt = time.GetTimestamp();
            }
        }
    }

    private Admission ConsiderLocked(KadPeer peer, IPAddress? address, out IpGroup? group)
    {
        group = null;
        if (peer.Key == Self)
        {
            return Admission.Self;
        }

        Bucket bucket = _buckets[Self.CommonPrefixLength(peer.Key)] ??= new Bucket();
        if (bucket.Find(peer.Key) is not null)
        {
            return Admission.Member;
        }

        group = IpGroup.Of(address, limits.LimitLocalAddresses);
        if (group is { } network
            && (_groups.GetValueOrDefault(network) >= limits.MaxPerIpGroup
                || bucket.CountOf(network) >= limits.MaxPerIpGroupInBucket))
        {
            return Admission.NetworkCrowded;
        }

        if (bucket.Members.Count >= limits.BucketSize && bucket.Weakest() is null)
        {
            bucket.Queue(new RoutingEntry(peer, group), limits.MaxReplacementsPerBucket);
            return Admission.Waiting;
        }

        return Admission.Probe;
    }

    private void Insert(KadPeer peer, IpGroup? group)
    {
        Bucket bucket = BucketOf(peer.Key)!;
        if (bucket.Members.Count >= limits.BucketSize)
        {
            Drop(bucket, bucket.Weakest()!);
        }

        bucket.Waiting.RemoveAll(e => e.Peer.Key == peer.Key);
        bucket.Members.Add(new RoutingEntry(peer, group) { LastSeen = time.GetTimestamp() });
        _count++;
        if (group is { } network)
        {
            _groups[network] = _groups.GetValueOrDefault(network) + 1;
        }
    }

    private void Drop(Bucket bucket, RoutingEntry member)
    {
        bucket.Members.Remove(member);
        _count--;
        if (member.Group is { } network && --_groups[network] == 0)
        {
            _groups.Remove(network);
        }
    }

    private static KadPeer? NextWaiting(Bucket bucket)
    {
        if (bucket.Waiting.Count == 0)
        {
            return null;
        }

        // Whoever asked to come in last is the likeliest to be still there.
        KadPeer next = bucket.Waiting[^1].Peer;
        bucket.Waiting.RemoveAt(bucket.Waiting.Count - 1);
        return next;
    }

    private Bucket? BucketOf(KadKey key) => _buckets[Self.CommonPrefixLength(key)];
}
