using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas.Kad;
using Infernet.Dht.Keys;
using Infernet.Dht.Protocol;
using Infernet.Dht.Tests.Records;
using Infernet.Dht.Tests.Simulation;
using static Infernet.Core.Schemas.Kad.Message.Types;

namespace Infernet.Dht.Tests.Protocol;

internal sealed class RequestHandlerTests
{
    private static readonly byte[] ProviderKey = Multihash.Sha256("content"u8).Bytes.ToArray();
    private static readonly byte[] RecordKey = "/test/a"u8.ToArray();
    private static readonly Multiaddr Address = Multiaddr.Parse("/ip4/198.51.100.7/tcp/4001");
    private readonly FakeTime _time = new();
    private readonly Random _random = new(1);
    private SimulatedNode _node = null!;
    private KadPeer _sender;

    [SetUp]
    public void SetUp()
    {
        _node = new SimulatedNode(TestPeers.Random(_random), [], new DhtOptions
        {
            Time = _time,
            Validators = SimulatedNode.TestValidators,
        });
        _sender = TestPeers.Random(_random);
    }

    [Test]
    public void FindNode_ManyKnown_NamesTheClosestTwentyButNotTheSender()
    {
        KadPeer[] known = [.. Enumerable.Range(0, 60).Select(_ => TestPeers.Random(_random)), _sender];
        foreach (KadPeer peer in known)
        {
            _node.Learn(peer, Address);
        }

        byte[] key = [1, 2, 3];
        Message answer = Handle(Requests.FindNode(key))!;
        PeerId[] expected =
        [
            .. known.Where(p => p != _sender && _node.Table.Contains(p.Key))
                .OrderBy(p => p.Key.DistanceTo(KadKey.Of(key))).Take(20).Select(p => p.Id),
        ];
        Assert.That(answer.Type, Is.EqualTo(MessageType.FindNode));
        Assert.That(answer.CloserPeers.Select(p => p.Id), Is.EqualTo(expected.Select(p => p.ToByteString())));
        Assert.That(answer.CloserPeers[0].Addrs.Single(), Is.EqualTo(Address.ToByteString()));
    }

    [Test]
    public void FindNode_OfAPeerThatDoesNotServe_NamesItIfItsAddressIsKnown()
    {
        KadPeer client = TestPeers.Random(_random);
        _node.Addresses[client.Id] = [Address];
        Message answer = Handle(Requests.FindNode(client.Id.Span))!;
        Assert.That(answer.CloserPeers.Single().Id, Is.EqualTo(client.Id.ToByteString()));
    }

    [Test]
    public void FindNode_PeersWithoutAddress_AreLeftOut()
    {
        _node.Table.Admit(TestPeers.Random(_random), null);
        Assert.That(Handle(Requests.FindNode([1]))!.CloserPeers, Is.Empty);
    }

    [Test]
    public void FindNode_WithoutKey_IsRefused() => AssertRefused(Requests.FindNode([]), "0 bytes");

    [Test]
    public void FindNode_KeyTooLong_IsRefused() => AssertRefused(Requests.FindNode(new byte[257]), "257 bytes");

    [Test]
    public void UnknownType_IsRefused() => AssertRefused(new Message { Type = (MessageType)77 }, "77");

    [Test]
    public void Ping_IsAnswered() =>
        Assert.That(Handle(new Message { Type = MessageType.Ping })!.Type, Is.EqualTo(MessageType.Ping));

    [Test]
    public void PutValue_Good_IsEchoedAndServed()
    {
        Message put = Requests.PutValue(RecordKey, TestValidator.Value(1));
        Assert.That(Handle(put), Is.EqualTo(put));
        Record served = Handle(Requests.GetValue(RecordKey))!.Record;
        Assert.That(served.Value.ToByteArray(), Is.EqualTo(TestValidator.Value(1)));
        Assert.That(DateTimeOffset.Parse(served.TimeReceived, null), Is.EqualTo(_time.GetUtcNow()));
    }

    [Test]
    public void PutValue_WithoutRecord_IsRefused()
    {
        Message put = Requests.PutValue(RecordKey, TestValidator.Value(1));
        put.Record = null;
        AssertRefused(put, "should carry a record");
    }

    [Test]
    public void PutValue_RecordUnderAnotherKey_IsRefused()
    {
        Message put = Requests.PutValue(RecordKey, TestValidator.Value(1));
        put.Record.Key = ByteString.CopyFromUtf8("/test/b");
        AssertRefused(put, "the message's own key");
    }

    [Test]
    public void PutValue_UnknownNamespace_IsRefused() =>
        AssertRefused(Requests.PutValue("/other/a"u8, TestValidator.Value(1)), "namespace");

    [Test]
    public void PutValue_BadValue_IsRefused() => AssertRefused(Requests.PutValue(RecordKey, "x"u8), "no number");

    [Test]
    public void PutValue_Expired_IsRefused() =>
        AssertRefused(
            Requests.PutValue(RecordKey, TestValidator.Expiring(1, _time.GetUtcNow().AddSeconds(-1))), "expired");

    [Test]
    public void PutValue_Outdated_IsAnsweredByTheBetterOne()
    {
        Handle(Requests.PutValue(RecordKey, TestValidator.Value(2)));
        Message answer = Handle(Requests.PutValue(RecordKey, TestValidator.Value(1)))!;
        Assert.That(answer.Record.Value.ToByteArray(), Is.EqualTo(TestValidator.Value(2)));
    }

    [Test]
    public void GetValue_Nothing_NamesCloserPeers()
    {
        _node.Learn(TestPeers.Random(_random), Address);
        Message answer = Handle(Requests.GetValue(RecordKey))!;
        Assert.That(answer.Record, Is.Null);
        Assert.That(answer.CloserPeers, Has.Count.EqualTo(1));
    }

    [Test]
    public void AddProvider_OfTheSender_HasNoAnswerAndIsServed()
    {
        Assert.That(Handle(Requests.AddProvider(ProviderKey, _sender.Id, [Address])), Is.Null);
        Peer served = Handle(Requests.GetProviders(ProviderKey))!.ProviderPeers.Single();
        Assert.That(served.Id, Is.EqualTo(_sender.Id.ToByteString()));
        Assert.That(served.Addrs.Single(), Is.EqualTo(Address.ToByteString()));
    }

    [Test]
    public void AddProvider_OfSomebodyElse_IsRefused()
    {
        AssertRefused(
            Requests.AddProvider(ProviderKey, TestPeers.Random(_random).Id, [Address]), "should name its sender");
        Assert.That(_node.Providers.RecordCount, Is.Zero);
    }

    [Test]
    public void AddProvider_SenderAmongOthers_RecordsTheSenderAlone()
    {
        Message add = Requests.AddProvider(ProviderKey, TestPeers.Random(_random).Id, [Address]);
        add.ProviderPeers.Add(PeerCodec.Encode(_sender.Id, [Address]));
        Handle(add);
        Assert.That(_node.Providers.Get(ProviderKey).Single().Id, Is.EqualTo(_sender.Id));
    }

    [Test]
    public void AddProvider_TooManyPeers_IsRefused()
    {
        Message add = Requests.AddProvider(ProviderKey, _sender.Id, [Address]);
        for (int i = 0; i < 20; i++)
        {
            add.ProviderPeers.Add(add.ProviderPeers[0]);
        }

        AssertRefused(add, "21 peers");
    }

    [Test]
    public void AddProvider_BrokenPeerAndAddresses_KeepsWhatIsReadable()
    {
        Message add = Requests.AddProvider(ProviderKey, _sender.Id, [Address]);
        add.ProviderPeers[0].Addrs.Insert(0, ByteString.CopyFrom(255, 255, 255));
        add.ProviderPeers.Insert(0, new Peer { Id = ByteString.CopyFromUtf8("nonsense") });
        Handle(add);
        Assert.That(_node.Providers.Get(ProviderKey).Single().Addresses, Is.EqualTo(new[] { Address }));
    }

    [Test]
    public void ProviderKeys_ThatAreNoMultihash_AreRefused()
    {
        AssertRefused(Requests.GetProviders("text"u8), "multihash");
        AssertRefused(Requests.AddProvider("text"u8, _sender.Id, []), "multihash");
        AssertRefused(Requests.GetProviders(new byte[81]), "81 bytes");
        AssertRefused(Requests.GetProviders([]), "0 bytes");
    }

    [Test]
    public void AnyBytes_AreAnAnswerOrAViolation()
    {
        const int Seed = 20260101;
        var random = new Random(Seed);
        byte[][] models =
        [
            Requests.PutValue(RecordKey, TestValidator.Value(1)).ToByteArray(),
            Requests.AddProvider(ProviderKey, _sender.Id, [Address]).ToByteArray(),
            Requests.GetProviders(ProviderKey).ToByteArray(),
            Requests.FindNode(_sender.Id.Span).ToByteArray(),
        ];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = [.. models[i % models.Length]];
            for (int flips = random.Next(1, 6); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                Handle(Message.Parser.ParseFrom(bytes, 0, random.Next(bytes.Length + 1)));
            }
            catch (Exception expected) when (expected is InvalidProtocolBufferException or KadViolationException)
            {
            }
            catch (Exception other)
            {
                Assert.Fail($"Seed {Seed}, round {i}: {other}");
            }
        }
    }

    private Message? Handle(Message request) => _node.Handler.Handle(_sender.Id, request);

    private void AssertRefused(Message request, string reason) =>
        Assert.That(
            () => Handle(request), Throws.TypeOf<KadViolationException>().With.Message.Contains(reason));
}
