using System.Text;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Dht.Keys;
using Infernet.Dht.Providers;

namespace Infernet.Dht.Tests.Providers;

internal sealed class ProviderStoreTests
{
    private static readonly Multiaddr Address = Multiaddr.Parse("/ip4/192.0.2.1/tcp/4001");
    private static readonly KadKey Self = KadKey.Of("self"u8);
    private readonly FakeTime _time = new();

    [Test]
    public void Get_UnknownKey_IsEmpty() => Assert.That(Store().Get(Key("a")), Is.Empty);

    [Test]
    public void Add_Provider_IsFoundWithItsAddresses()
    {
        ProviderStore store = Store();
        Assert.That(store.Add(Key("a"), Peer(1), [Address]), Is.True);
        PeerInfo found = store.Get(Key("a")).Single();
        Assert.That(found.Id, Is.EqualTo(Peer(1)));
        Assert.That(found.Addresses, Is.EqualTo(new[] { Address }));
    }

    [Test]
    public void Add_Twice_IsOneRecord()
    {
        ProviderStore store = Store();
        store.Add(Key("a"), Peer(1), []);
        store.Add(Key("a"), Peer(1), [Address]);
        Assert.That(store.RecordCount, Is.EqualTo(1));
        Assert.That(store.Get(Key("a")).Single().Addresses, Is.EqualTo(new[] { Address }));
    }

    [Test]
    public void Get_OldAddresses_AreLeftOut()
    {
        ProviderStore store = Store();
        store.Add(Key("a"), Peer(1), [Address]);
        _time.Advance(new ProviderLimits().AddressTimeToLive);
        Assert.That(store.Get(Key("a")).Single().Addresses, Is.Empty);
    }

    [Test]
    public void Get_NotRenewedInTime_IsGone()
    {
        ProviderStore store = Store();
        store.Add(Key("a"), Peer(1), []);
        store.Add(Key("a"), Peer(2), []);
        _time.Advance(TimeSpan.FromHours(47));
        store.Add(Key("a"), Peer(2), []);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.That(store.Get(Key("a")).Select(p => p.Id), Is.EqualTo(new[] { Peer(2) }));
        Assert.That(store.RemoveExpired(), Is.EqualTo(1));
        _time.Advance(TimeSpan.FromHours(47));
        store.RemoveExpired();
        Assert.That(store.KeyCount, Is.Zero);
    }

    [Test]
    public void Remove_LastProvider_RemovesTheKey()
    {
        ProviderStore store = Store();
        store.Add(Key("a"), Peer(1), []);
        store.Remove(Key("a"), Peer(2));
        store.Remove(Key("a"), Peer(1));
        Assert.That((store.KeyCount, store.RecordCount), Is.EqualTo((0, 0)));
    }

    [Test]
    public void Add_MoreThanAKeyHolds_TheOneRenewedLongestAgoGivesWay()
    {
        ProviderStore store = Store(new ProviderLimits { MaxProvidersPerKey = 2 });
        store.Add(Key("a"), Peer(1), []);
        store.Add(Key("a"), Peer(2), []);
        store.Add(Key("a"), Peer(1), []);
        store.Add(Key("a"), Peer(3), []);
        Assert.That(store.Get(Key("a")).Select(p => p.Id), Is.EquivalentTo(new[] { Peer(1), Peer(3) }));
    }

    [Test]
    public void Add_OnlyOnePerKey_IsReplaced()
    {
        ProviderStore store = Store(new ProviderLimits { MaxProvidersPerKey = 1 });
        store.Add(Key("a"), Peer(1), []);
        Assert.That(store.Add(Key("a"), Peer(2), []), Is.True);
        Assert.That(store.Get(Key("a")).Single().Id, Is.EqualTo(Peer(2)));
    }

    [Test]
    public void Add_MoreKeysThanAPeerMay_HasNoRoom()
    {
        ProviderStore store = Store(new ProviderLimits { MaxKeysPerPeer = 1 });
        store.Add(Key("a"), Peer(1), []);
        Assert.That(store.Add(Key("b"), Peer(1), []), Is.False);
        Assert.That(store.Add(Key("b"), Peer(2), []), Is.True);
        Assert.That(store.Add(Key("a"), Peer(1), []), Is.True, "renewing needs no room");
    }

    [Test]
    public void Add_MoreKeysThanTheStoreHolds_KeepsTheNearest()
    {
        ProviderStore store = Store(new ProviderLimits { MaxKeys = 10 });
        byte[][] keys = [.. Enumerable.Range(0, 100).Select(i => Key($"{i}"))];
        foreach (byte[] key in keys)
        {
            store.Add(key, Peer(1), []);
        }

        Assert.That(store.KeyCount, Is.EqualTo(10));
        Assert.That(
            keys.OrderBy(k => KadKey.Of(k).DistanceTo(Self)).Take(10).All(k => store.Get(k).Count == 1), Is.True);
    }

    [Test]
    public void Add_MoreRecordsThanTheStoreHolds_StaysWithin()
    {
        ProviderStore store = Store(new ProviderLimits { MaxRecords = 20 });
        for (int i = 0; i < 200; i++)
        {
            store.Add(Key($"{i % 37}"), Peer((byte)(i % 91)), []);
            Assert.That(store.RecordCount, Is.LessThanOrEqualTo(20));
        }
    }

    [Test]
    public void Get_MoreThanAnAnswerHolds_IsARandomChoice()
    {
        ProviderStore store = Store(new ProviderLimits { MaxProvidersPerAnswer = 5 });
        for (byte i = 0; i < 100; i++)
        {
            store.Add(Key("a"), Peer(i), []);
        }

        PeerId[] first = [.. store.Get(Key("a")).Select(p => p.Id)];
        PeerId[] second = [.. store.Get(Key("a")).Select(p => p.Id)];
        Assert.That(first, Has.Length.EqualTo(5).And.Unique);
        Assert.That(second, Is.Not.EquivalentTo(first));
    }

    [Test]
    public void Add_ManyAddresses_KeepsTheLimit()
    {
        ProviderStore store = Store();
        store.Add(Key("a"), Peer(1), [.. Enumerable.Range(1, 100).Select(i => Multiaddr.Parse($"/ip4/192.0.2.1/tcp/{i}"))]);
        Assert.That(
            store.Get(Key("a")).Single().Addresses, Has.Count.EqualTo(new ProviderLimits().MaxAddressesPerProvider));
    }

    private static byte[] Key(string name) => Encoding.UTF8.GetBytes(name);

    private static PeerId Peer(byte number) => TestPeers.At(number).Id;

    private ProviderStore Store(ProviderLimits? limits = null) =>
        new(Self, limits ?? new ProviderLimits(), _time, new Random(5));
}
