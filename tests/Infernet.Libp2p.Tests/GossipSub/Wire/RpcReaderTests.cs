using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas.PubSub;
using Infernet.Libp2p.GossipSub;
using Infernet.Libp2p.GossipSub.Wire;
using Infernet.Libp2p.Messages;

namespace Infernet.Libp2p.Tests.GossipSub.Wire;

internal sealed class RpcReaderTests
{
    private static readonly GossipSubLimits Limits = new()
    {
        MaxSubscriptionsPerRpc = 3, MaxMessagesPerRpc = 3, MaxControlPerRpc = 3, MaxIdsPerRpc = 3,
        MaxExchangedPeers = 3, MaxTopicLength = 10, MaxMessageIdLength = 10, MaxPeerRecordLength = 10,
    };

    private static readonly ByteString SomePeer = NodeIdentity.Generate().Id.ToByteString();

    private static IEnumerable<TestCaseData> OverALimit()
    {
        yield return Case("Subscriptions", rpc => Repeat(() => rpc.Subscriptions.Add(new RPC.Types.SubOpts())));
        yield return Case("Messages", rpc => Repeat(() => rpc.Publish.Add(new Message())));
        yield return Case("IHave", rpc => Repeat(() => rpc.Control.Ihave.Add(new ControlIHave())));
        yield return Case("Graft", rpc => Repeat(() => rpc.Control.Graft.Add(new ControlGraft())));
        yield return Case("Prune", rpc => Repeat(() => rpc.Control.Prune.Add(new ControlPrune())));
        yield return Case("IdsInOneIHave", rpc =>
        {
            rpc.Control.Ihave.Add(new ControlIHave());
            Repeat(() => rpc.Control.Ihave[0].MessageIDs.Add(ByteString.Empty));
        });
        yield return Case("IdsInTwoIHave", rpc => rpc.Control.Ihave.Add(
        [
            new ControlIHave { MessageIDs = { ByteString.Empty, ByteString.Empty } },
            new ControlIHave { MessageIDs = { ByteString.Empty, ByteString.Empty } },
        ]));
        yield return Case("IdsInTwoIWant", rpc => rpc.Control.Iwant.Add(
        [
            new ControlIWant { MessageIDs = { ByteString.Empty, ByteString.Empty } },
            new ControlIWant { MessageIDs = { ByteString.Empty, ByteString.Empty } },
        ]));
        yield return Case("ExchangedPeers", rpc =>
        {
            rpc.Control.Prune.Add(new ControlPrune());
            Repeat(() => rpc.Control.Prune[0].Peers.Add(new PeerInfo { PeerID = SomePeer }));
        });
        yield return Case("SubscribedTopic", rpc => rpc.Subscriptions.Add(
            new RPC.Types.SubOpts { Topicid = "longer than ten" }));
        yield return Case("MessageTopic", rpc => rpc.Publish.Add(new Message { Topic = "longer than ten" }));
        yield return Case("GraftedTopic", rpc => rpc.Control.Graft.Add(
            new ControlGraft { TopicID = "longer than ten" }));
        yield return Case("MessageId", rpc => rpc.Control.Iwant.Add(
            new ControlIWant { MessageIDs = { ByteString.CopyFrom(new byte[11]) } }));
    }

    [TestCaseSource(nameof(OverALimit))]
    public void Read_OverALimit_IsRefused(Action<RPC> fill)
    {
        var rpc = new RPC { Control = new ControlMessage() };
        fill(rpc);

        Assert.That(() => RpcReader.Read(rpc.ToByteArray(), Limits), Throws.TypeOf<MessageException>());
    }

    [TestCase("08", TestName = "Read_CutOffInANumber_IsRefused")]
    [TestCase("0a05", TestName = "Read_CutOffInAMessage_IsRefused")]
    [TestCase("00", TestName = "Read_FieldZero_IsRefused")]
    [TestCase("0b", TestName = "Read_GroupStart_IsRefused")]
    [TestCase("0c", TestName = "Read_GroupEnd_IsRefused")]
    [TestCase("0801", TestName = "Read_NumberWhereAMessageBelongs_IsRefused")]
    [TestCase("0affffffffffffffffff7f", TestName = "Read_HugeLength_IsRefused")]
    [TestCase("ffffffffffffffffffffff01", TestName = "Read_EndlessNumber_IsRefused")]
    [TestCase("12032201ff", TestName = "Read_TopicThatIsNoUtf8_IsRefused")]
    public void Read_Broken_IsRefused(string hex) =>
        Assert.That(() => RpcReader.Read(Convert.FromHexString(hex), Limits), Throws.TypeOf<MessageException>());

    [Test]
    public void Read_BackoffBeyondTheLimit_IsCut()
    {
        var rpc = new RPC
        {
            Control = new ControlMessage { Prune = { new ControlPrune { TopicID = "t", Backoff = ulong.MaxValue } } },
        };

        Rpc read = RpcReader.Read(rpc.ToByteArray(), Limits);
        Assert.That(read.Prune[0].Backoff, Is.EqualTo(Limits.MaxBackoff));
    }

    [Test]
    public void Read_ExchangedPeerWithoutIdOrWithAHugeRecord_LosesJustThat()
    {
        var prune = new ControlPrune
        {
            TopicID = "t",
            Peers =
            {
                new PeerInfo { PeerID = ByteString.CopyFromUtf8("nobody") },
                new PeerInfo { PeerID = SomePeer, SignedPeerRecord = ByteString.CopyFrom(new byte[11]) },
            },
        };

        Rpc read = RpcReader.Read(new RPC { Control = new ControlMessage { Prune = { prune } } }.ToByteArray(), Limits);
        Assert.That(read.Prune[0].Peers, Has.Count.EqualTo(1));
        Assert.That(read.Prune[0].Peers[0].SignedRecord.IsEmpty, Is.True);
    }

    [Test]
    public void Read_AnyBytes_GivesAnRpcOrAMessageException()
    {
        var random = new Random(11);
        byte[] seed = Whole().ToByteArray();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = i % 2 == 0 ? new byte[random.Next(100)] : (byte[])seed.Clone();
            if (i % 2 == 0)
            {
                random.NextBytes(bytes);
            }
            else
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                bytes = bytes[..random.Next(bytes.Length + 1)];
            }

            try
            {
                RpcReader.Read(bytes, new GossipSubLimits());
            }
            catch (MessageException)
            {
            }
        }
    }

    // Both ways through the parser that the schema generates: other implementations use such a one.
    [Test]
    public void WriteAndRead_EverythingAtOnce_IsWhatTheSchemaSays()
    {
        byte[] bytes = Whole().ToByteArray();
        byte[] written = RpcWriter.Write(RpcReader.Read(bytes, new GossipSubLimits())).Written.ToArray();

        Assert.That(RPC.Parser.ParseFrom(written), Is.EqualTo(Whole()));
    }

    [Test]
    public void WriteAndRead_AbsentAndEmptyFields_StayApart()
    {
        var rpc = new RPC { Publish = { new Message { Data = ByteString.Empty, Topic = "" } } };
        WireMessage read = RpcReader.Read(rpc.ToByteArray(), Limits).Messages[0];

        Assert.That(read.Data, Is.Empty);
        Assert.That(read.From, Is.Null);
        Assert.That(read.Topic, Is.Empty);
        Assert.That(
            RPC.Parser.ParseFrom(RpcWriter.Write(new Rpc { Messages = [read] }).Written.ToArray()), Is.EqualTo(rpc));
    }

    private static RPC Whole() => new()
    {
        Subscriptions =
        {
            new RPC.Types.SubOpts { Subscribe = true, Topicid = "one" },
            new RPC.Types.SubOpts { Subscribe = false, Topicid = "zwölf" },
        },
        Publish =
        {
            new Message
            {
                From = SomePeer, Data = ByteString.CopyFromUtf8("data"), Seqno = ByteString.CopyFrom(new byte[8]),
                Topic = "one", Signature = ByteString.CopyFrom(new byte[64]), Key = ByteString.CopyFrom(new byte[36]),
            },
        },
        Control = new ControlMessage
        {
            Ihave = { new ControlIHave { TopicID = "one", MessageIDs = { ByteString.CopyFromUtf8("id") } } },
            Iwant = { new ControlIWant { MessageIDs = { ByteString.CopyFromUtf8("id") } } },
            Graft = { new ControlGraft { TopicID = "one" } },
            Prune =
            {
                new ControlPrune
                {
                    TopicID = "one", Backoff = 60,
                    Peers =
                    {
                        new PeerInfo { PeerID = SomePeer, SignedPeerRecord = ByteString.CopyFromUtf8("record") },
                        new PeerInfo { PeerID = SomePeer },
                    },
                },
            },
        },
    };

    private static TestCaseData Case(string name, Action<RPC> fill) => new TestCaseData(fill).SetArgDisplayNames(name);

    private static void Repeat(Action add)
    {
        for (int i = 0; i < 4; i++)
        {
            add();
        }
    }
}
