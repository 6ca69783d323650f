using System.Text;
using Infernet.Core.Identity;
using Infernet.Dht.Keys;
using Infernet.Dht.Records;

namespace Infernet.Dht.Tests.Records;

internal sealed class RecordStoreTests
{
    private static readonly PeerId Sender = TestPeers.At(1).Id;
    private static readonly KadKey Self = KadKey.Of("self"u8);
    private readonly FakeTime _time = new();

    [Test]
    public void Put_Invalid_IsNotKept()
    {
        RecordStore store = Store();
        Assert.That(store.Put(Key("a"), "bad"u8.ToArray(), Sender, out string reason), Is.EqualTo(PutOutcome.Invalid));
        Assert.That(reason, Is.EqualTo("it has no number"));
        Assert.That(store.Count, Is.Zero);
    }

    [Test]
    public void Put_Good_IsKeptWithoutSharingTheCallersBytes()
    {
        RecordStore store = Store();
        byte[] value = TestValidator.Value(1);
        store.Put(Key("a"), value, Sender, out _);
        value[0] = (byte)'9';
        Assert.That(store.Get(Key("a"))!.Value.ToArray(), Is.EqualTo(TestValidator.Value(1)));
        Assert.That(store.Bytes, Is.EqualTo(Key("a").Length + value.Length));
    }

    [Test]
    public void Put_Worse_IsOutdated()
    {
        RecordStore store = Store();
        store.Put(Key("a"), TestValidator.Value(2), Sender, out _);
        Assert.That(store.Put(Key("a"), TestValidator.Value(1), Sender, out _), Is.EqualTo(PutOutcome.Outdated));
        Assert.That(store.Get(Key("a"))!.Value.ToArray(), Is.EqualTo(TestValidator.Value(2)));
    }

    [Test]
    public void Put_Better_Replaces()
    {
        RecordStore store = Store();
        store.Put(Key("a"), TestValidator.Value(1, "long long"), Sender, out _);
        store.Put(Key("a"), TestValidator.Value(2), Sender, out _);
        Assert.That(store.Get(Key("a"))!.Value.ToArray(), Is.EqualTo(TestValidator.Value(2)));
        Assert.That(store.Count, Is.EqualTo(1));
        Assert.That(store.Bytes, Is.EqualTo(Key("a").Length + TestValidator.Value(2).Length));
    }

    [Test]
    public void Put_WorseThanAnExpiredOne_Replaces()
    {
        RecordStore store = Store();
        store.Put(Key("a"), TestValidator.Expiring(2, _time.GetUtcNow().AddMinutes(1)), Sender, out _);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.That(store.Put(Key("a"), TestValidator.Value(1), Sender, out _), Is.EqualTo(PutOutcome.Stored));
    }

    [Test]
    public void Get_PastItsOwnExpiry_IsNothing()
    {
        RecordStore store = Store();
        store.Put(Key("a"), TestValidator.Expiring(1, _time.GetUtcNow().AddMinutes(1)), Sender, out _);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(store.Get(Key("a")), Is.Null);
        Assert.That(store.RemoveExpired(), Is.EqualTo(1));
        Assert.That(store.Bytes, Is.Zero);
    }

    [Test]
    public void Get_PastTheStoresTimeToLive_IsNothingUnlessPutAgain()
    {
        RecordStore store = Store();
        store.Put(Key("a"), TestValidator.Value(1), Sender, out _);
        store.Put(Key("b"), TestValidator.Value(1), Sender, out _);
        _time.Advance(TimeSpan.FromHours(47));
        store.Put(Key("b"), TestValidator.Value(1), Sender, out _);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.That(store.Get(Key("a")), Is.Null);
        Assert.That(store.Get(Key("b")), Is.Not.Null);
    }

    [Test]
    public void Put_MoreThanASenderMay_HasNoRoom()
    {
        RecordStore store = Store(new RecordLimits { MaxRecordsPerPeer = 2 });
        store.Put(Key("a"), TestValidator.Value(1), Sender, out _);
        store.Put(Key("b"), TestValidator.Value(1), Sender, out _);
        Assert.That(store.Put(Key("c"), TestValidator.Value(1), Sender, out _), Is.EqualTo(PutOutcome.NoRoom));
        Assert.That(
            store.Put(Key("c"), TestValidator.Value(1), TestPeers.At(2).Id, out _), Is.EqualTo(PutOutcome.Stored));
        Assert.That(store.Put(Key("a"), TestValidator.Value(2), Sender, out _), Is.EqualTo(PutOutcome.Stored));
    }

    [Test]
    public void Put_SameValueByAnother_StaysOnTheFirstSendersAllowance()
    {
        RecordStore store = Store(new RecordLimits { MaxRecordsPerPeer = 1 });
        store.Put(Key("a"), TestValidator.Value(1), Sender, out _);
        store.Put(Key("a"), TestValidator.Value(1), TestPeers.At(2).Id, out _);
        Assert.That(
            store.Put(Key("b"), TestValidator.Value(1), TestPeers.At(2).Id, out _), Is.EqualTo(PutOutcome.Stored));
    }

    [Test]
    public void Put_WhenFull_KeepsTheRecordsNearestToThisNode()
    {
        RecordStore store = Store(new RecordLimits { MaxRecords = 10 });
        byte[][] keys = [.. Enumerable.Range(0, 100).Select(i => Key($"{i}"))];
        foreach (byte[] key in keys)
        {
            store.Put(key, TestValidator.Value(1), Sender, out _);
        }

        byte[][] nearest = [.. keys.OrderBy(k => KadKey.Of(k).DistanceTo(Self)).Take(10)];
        Assert.That(store.Count, Is.EqualTo(10));
        Assert.That(nearest.All(k => store.Get(k) is not null), Is.True);
    }

    [Test]
    public void Put_WhenBytesAreUsedUp_KeepsWithinThem()
    {
        RecordStore store = Store(new RecordLimits { MaxBytes = 1_000 });
        for (int i = 0; i < 100; i++)
        {
            store.Put(Key($"{i}"), TestValidator.Value(1, new string('x', 7 * (i % 50))), Sender, out _);
            Assert.That(store.Bytes, Is.LessThanOrEqualTo(1_000));
        }

        Assert.That(store.Count, Is.Positive);
    }

    private static byte[] Key(string name) => Encoding.UTF8.GetBytes($"/test/{name}");

    private RecordStore Store(RecordLimits? limits = null)
    {
        limits ??= new RecordLimits();
        var validators = new ValidatorSet(
            new Dictionary<string, IRecordValidator> { ["test"] = new TestValidator() }, limits);
        return new RecordStore(Self, validators, limits, _time);
    }
}
