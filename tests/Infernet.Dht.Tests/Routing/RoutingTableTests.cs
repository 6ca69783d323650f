using System.Net;
using Infernet.Dht.Keys;
using Infernet.Dht.Routing;

namespace Infernet.Dht.Tests.Routing;

internal sealed class RoutingTableTests
{
    private static readonly IPAddress Loopback = IPAddress.Loopback;
    private readonly FakeTime _time = new();

    [Test]
    public void Consider_ThisNode_IsSelf() =>
        Assert.That(Table().Consider(TestPeers.At(0), Loopback), Is.EqualTo(Admission.Self));

    [Test]
    public void Consider_Stranger_IsToBeProbedAndNotYetIn()
    {
        RoutingTable table = Table();
        Assert.That(table.Consider(TestPeers.At(1), Loopback), Is.EqualTo(Admission.Probe));
        Assert.That(table.Count, Is.Zero);
    }

    [Test]
    public void Admit_AnsweredStranger_IsMember()
    {
        RoutingTable table = Table();
        Assert.That(table.Admit(TestPeers.At(1), Loopback), Is.EqualTo(Admission.Member));
        Assert.That(table.Contains(TestPeers.Key(1)), Is.True);
        Assert.That(table.Consider(TestPeers.At(1), Loopback), Is.EqualTo(Admission.Member));
        Assert.That(table.Count, Is.EqualTo(1));
    }

    [Test]
    public void Admit_FullBucketOfWorkingPeers_Waits()
    {
        RoutingTable table = Table(new RoutingLimits { BucketSize = 2 });
        table.Admit(TestPeers.At(0x80), Loopback);
        table.Admit(TestPeers.At(0x81), Loopback);
        Assert.That(table.Admit(TestPeers.At(0x82), Loopback), Is.EqualTo(Admission.Waiting));
        Assert.That(table.Contains(TestPeers.Key(0x82)), Is.False);
    }

    [Test]
    public void Admit_FullBucketWithFailingPeer_ReplacesIt()
    {
        RoutingTable table = Table(new RoutingLimits { BucketSize = 2 });
        table.Admit(TestPeers.At(0x80), Loopback);
        table.Admit(TestPeers.At(0x81), Loopback);
        table.Fail(TestPeers.Key(0x80), unreachable: false);
        Assert.That(table.Admit(TestPeers.At(0x82), Loopback), Is.EqualTo(Admission.Member));
        Assert.That(table.Contains(TestPeers.Key(0x80)), Is.False);
        Assert.That(table.Count, Is.EqualTo(2));
    }

    [Test]
    public void Fail_Unreachable_DropsAtOnceAndNamesTheNextInLine()
    {
        RoutingTable table = Table(new RoutingLimits { BucketSize = 1 });
        table.Admit(TestPeers.At(0x80), Loopback);
        table.Consider(TestPeers.At(0x81), Loopback);
        table.Consider(TestPeers.At(0x82), Loopback);
        Assert.That(table.Fail(TestPeers.Key(0x80), unreachable: true), Is.EqualTo(TestPeers.At(0x82)));
        Assert.That(table.Count, Is.Zero);
    }

    [Test]
    public void Fail_NowAndThen_KeepsThePeer()
    {
        RoutingTable table = Table(new RoutingLimits { MaxFailures = 2 });
        table.Admit(TestPeers.At(1), Loopback);
        table.Fail(TestPeers.Key(1), unreachable: false);
        table.Admit(TestPeers.At(1), Loopback);
        table.Fail(TestPeers.Key(1), unreachable: false);
        Assert.That(table.Contains(TestPeers.Key(1)), Is.True);
        table.Fail(TestPeers.Key(1), unreachable: false);
        Assert.That(table.Contains(TestPeers.Key(1)), Is.False);
    }

    [Test]
    public void Fail_Stranger_DoesNothing() =>
        Assert.That(Table().Fail(TestPeers.Key(9), unreachable: true), Is.Null);

    [Test]
    public void Waiting_MoreThanTheLimit_ForgetsTheOldest()
    {
        RoutingTable table = Table(new RoutingLimits { BucketSize = 1, MaxReplacementsPerBucket = 2 });
        table.Admit(TestPeers.At(0x80), Loopback);
        foreach (byte waiting in new byte[] { 0x81, 0x82, 0x83 })
        {
            table.Consider(TestPeers.At(waiting), Loopback);
        }

        var named = new List<KadPeer?>();
        for (KadKey failing = TestPeers.Key(0x80); ;)
        {
            KadPeer? next = table.Fail(failing, unreachable: true);
            if (next is null)
            {
                break;
            }

            named.Add(next);
            table.Admit(next.Value, Loopback);
            failing = next.Value.Key;
        }

        Assert.That(named, Is.EqualTo(new KadPeer?[] { TestPeers.At(0x83), TestPeers.At(0x82) }));
    }

    [Test]
    public void Suspect_Member_IsListedUntilItAnswers()
    {
        RoutingTable table = Table();
        table.Admit(TestPeers.At(1), Loopback);
        table.Suspect(TestPeers.Key(1));
        Assert.That(table.Suspects(), Is.EqualTo(new[] { TestPeers.At(1) }));
        table.Admit(TestPeers.At(1), Loopback);
        Assert.That(table.Suspects(), Is.Empty);
    }

    [Test]
    public void IpGroup_TooManyInOneBucket_AreRefused()
    {
        RoutingTable table = Table();
        table.Admit(TestPeers.At(0x80), IPAddress.Parse("203.0.1.1"));
        table.Admit(TestPeers.At(0x81), IPAddress.Parse("203.0.2.1"));
        Assert.That(
            table.Admit(TestPeers.At(0x82), IPAddress.Parse("203.0.3.1")), Is.EqualTo(Admission.NetworkCrowded));
        Assert.That(table.Admit(TestPeers.At(0x40), IPAddress.Parse("203.0.3.1")), Is.EqualTo(Admission.Member));
    }

    [Test]
    public void IpGroup_TooManyInTheTable_AreRefusedUntilOneLeaves()
    {
        RoutingTable table = Table();
        byte[] oneInEachBucket = [0x80, 0x40, 0x20];
        foreach (byte peer in oneInEachBucket)
        {
            table.Admit(TestPeers.At(peer), IPAddress.Parse("2001:db8::1"));
        }

        IPAddress same = IPAddress.Parse("2001:db8:ffff::1");
        Assert.That(table.Admit(TestPeers.At(0x10), same), Is.EqualTo(Admission.NetworkCrowded));
        table.Fail(TestPeers.Key(0x80), unreachable: true);
        Assert.That(table.Admit(TestPeers.At(0x10), same), Is.EqualTo(Admission.Member));
    }

    [Test]
    public void IpGroup_LocalAddresses_AreExemptUnlessAskedFor()
    {
        RoutingTable table = Table();
        RoutingTable strict = Table(new RoutingLimits { LimitLocalAddresses = true });
        for (byte peer = 0x80; peer < 0x90; peer++)
        {
            Assert.That(table.Admit(TestPeers.At(peer), Loopback), Is.EqualTo(Admission.Member));
            strict.Admit(TestPeers.At(peer), Loopback);
        }

        Assert.That(strict.Count, Is.EqualTo(2));
    }

    [Test]
    public void Closest_RandomTargets_AreTheNearestOfAllMembers()
    {
        var random = new Random(11);
        KadPeer self = TestPeers.Random(random);
        var table = new RoutingTable(self.Key, new RoutingLimits(), _time);
        var members = new List<KadPeer>();
        for (int i = 0; i < 500; i++)
        {
            KadPeer peer = TestPeers.Random(random);
            if (table.Admit(peer, Loopback) == Admission.Member)
            {
                members.Add(peer);
            }
        }

        KadKey[] targets = [self.Key, members[0].Key, .. Enumerable.Range(0, 200).Select(_ => TestPeers.Random(random).Key)];
        foreach (KadKey target in targets)
        {
            Assert.That(
                table.Closest(target, 20), Is.EqualTo(members.OrderBy(m => m.Key.DistanceTo(target)).Take(20)));
        }
    }

    [Test]
    public void Closest_PeersThatDifferInTheLastBitsOnly_AreInOrder()
    {
        RoutingTable table = Table();
        KadPeer[] peers = [.. Enumerable.Range(1, 10).Select(i => Far((byte)i))];
        foreach (KadPeer peer in Enumerable.Reverse(peers))
        {
            table.Admit(peer, Loopback);
        }

        Assert.That(table.Closest(Far(0).Key, 10), Is.EqualTo(peers));
        Assert.That(table.Closest(Far(0).Key, 10, except: peers[3].Id), Is.EqualTo(peers.Where(p => p != peers[3])));

        static KadPeer Far(byte last)
        {
            byte[] bytes = new byte[KadKey.Length];
            bytes[0] = 0x80;
            bytes[^1] = last;
            return TestPeers.At(last) with { Key = KadKey.FromBytes(bytes) };
        }
    }

    [Test]
    public void DueForRefresh_OnlyBucketsWithMembersNobodyLookedInto()
    {
        RoutingTable table = Table();
        table.Admit(TestPeers.At(0x80), Loopback);
        table.Admit(TestPeers.At(0x20), Loopback);
        TimeSpan interval = TimeSpan.FromMinutes(10);
        Assert.That(table.DueForRefresh(interval, 255), Is.EqualTo(new[] { 0, 2 }));
        table.MarkRefreshed(TestPeers.Key(0x81));
        Assert.That(table.DueForRefresh(interval, 255), Is.EqualTo(new[] { 2 }));
        Assert.That(table.DueForRefresh(interval, 1), Is.Empty);
        _time.Advance(interval);
        Assert.That(table.DueForRefresh(interval, 255), Is.EqualTo(new[] { 0, 2 }));
    }

    [Test]
    public void RefreshKeys_ForEachBucket_HashIntoIt([Range(0, RefreshKeys.MaxPrefixLength, 3)] int bucket)
    {
        KadKey self = KadKey.Of("self"u8);
        byte[] preimage = RefreshKeys.Find(self, bucket, new Random(3));
        Assert.That(KadKey.Of(preimage).CommonPrefixLength(self), Is.EqualTo(bucket));
    }

    private RoutingTable Table(RoutingLimits? limits = null) =>
        new(TestPeers.Key(0), limits ?? new RoutingLimits(), _time);
}
