using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;
using Infernet.Core.Wire;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Identify;
using Infernet.Libp2p.Messages;
using Infernet.Libp2p.Tests.Support;
using IdentifyMessage = Infernet.Core.Schemas.Identify;

namespace Infernet.Libp2p.Tests.Identify;

internal sealed class IdentifyProtocolTests
{
    [Test]
    public async Task Connection_New_TellsBothSidesWhoIsThere()
    {
        await using Libp2pHost dialer = await TestHosts.StartAsync(o => o with { AgentVersion = "dialer/1" });
        await using Libp2pHost listener = await TestHosts.StartAsync(o => o with { AgentVersion = "listener/1" });
        listener.Handle("/served", (_, _) => Task.CompletedTask);
        await dialer.ConnectAsync(TestHosts.AddressOf(listener), CancellationToken.None);
        await TestHosts.IdentifiedAsync(dialer, listener.Id);
        await TestHosts.IdentifiedAsync(listener, dialer.Id);

        Assert.That(dialer.Peers.AgentOf(listener.Id), Is.EqualTo("listener/1"));
        Assert.That(listener.Peers.AgentOf(dialer.Id), Is.EqualTo("dialer/1"));
        Assert.That(dialer.Peers.ProtocolsOf(listener.Id), Does.Contain("/served"));
        Assert.That(listener.Peers.AddressesOf(dialer.Id), Is.EqualTo(dialer.ListenAddresses));
    }

    [Test]
    public async Task Protocol_AddedLater_IsPushed()
    {
        (Libp2pHost dialer, Libp2pHost listener) = await TestHosts.StartPairAsync();
        await using (dialer)
        await using (listener)
        {
            await TestHosts.IdentifiedAsync(dialer, listener.Id);
            await TestHosts.IdentifiedAsync(listener, dialer.Id);
            listener.Handle("/late", (_, _) => Task.CompletedTask);

            await TestHosts.EventuallyAsync(
                () => Task.FromResult(dialer.Peers.ProtocolsOf(listener.Id).Contains("/late")));
        }
    }

    [Test]
    public void Apply_KeyOfAnotherPeer_Throws()
    {
        var message = new IdentifyMessage
        {
            PublicKey = ByteString.CopyFrom(NodeIdentity.Generate().EncodedPublicKey.Span),
        };

        Assert.That(
            () => PeerFacts.Apply(message, NodeIdentity.Generate().Id, new PeerStore()),
            Throws.TypeOf<MessageException>());
    }

    [Test]
    public void Apply_MissingFields_LeavesWhatIsKnown()
    {
        PeerId peer = NodeIdentity.Generate().Id;
        var store = new PeerStore();
        PeerFacts.Apply(new IdentifyMessage { AgentVersion = "a", Protocols = { "/p" } }, peer, store);
        PeerFacts.Apply(new IdentifyMessage { Protocols = { "/q" } }, peer, store);
        PeerFacts.Apply(new IdentifyMessage(), peer, store);

        Assert.That(store.AgentOf(peer), Is.EqualTo("a"));
        Assert.That(store.ProtocolsOf(peer), Is.EqualTo(new[] { "/q" }));
    }

    [Test]
    public void Apply_BrokenAddresses_KeepsTheOthers()
    {
        PeerId peer = NodeIdentity.Generate().Id;
        var store = new PeerStore();
        Multiaddr good = Multiaddr.Parse("/ip4/192.0.2.7/tcp/4001");
        var message = new IdentifyMessage
        {
            ListenAddrs = { ByteString.CopyFrom(1, 2, 3), good.ToByteString(), ByteString.Empty },
            SignedPeerRecord = ByteString.CopyFromUtf8("not an envelope"),
        };
        PeerFacts.Apply(message, peer, store);

        Assert.That(store.AddressesOf(peer), Is.EqualTo(new[] { good }));
    }

    [Test]
    public void TryAddRecord_OfAnotherPeer_IsRefused()
    {
        var store = new PeerStore();
        NodeIdentity signer = NodeIdentity.Generate();
        PeerId other = NodeIdentity.Generate().Id;

        Assert.That(PeerFacts.TryAddRecord(Record(signer, 1), other, store), Is.False);
        Assert.That(PeerFacts.TryAddRecord(Record(signer, 1, about: other), other, store), Is.False);
        Assert.That(PeerFacts.TryAddRecord("no record"u8, other, store), Is.False);
        Assert.That(store.SignedRecordOf(other).IsEmpty, Is.True);
        Assert.That(store.AddressesOf(other), Is.Empty);
    }

    [Test]
    public void TryAddRecord_OlderThanKnown_DoesNotReplaceIt()
    {
        var store = new PeerStore();
        NodeIdentity signer = NodeIdentity.Generate();
        byte[] newer = Record(signer, 2);
        PeerFacts.TryAddRecord(newer, signer.Id, store);
        PeerFacts.TryAddRecord(Record(signer, 1), signer.Id, store);
        Assert.That(store.SignedRecordOf(signer.Id).ToArray(), Is.EqualTo(newer));

        byte[] newest = Record(signer, 3);
        PeerFacts.TryAddRecord(newest, signer.Id, store);
        Assert.That(store.SignedRecordOf(signer.Id).ToArray(), Is.EqualTo(newest));
    }

    [Test]
    public void TryAddRecord_TooLong_IsNotKept()
    {
        var store = new PeerStore();
        NodeIdentity signer = NodeIdentity.Generate();

        Assert.That(PeerFacts.TryAddRecord(Record(signer, 1, addresses: 1_000), signer.Id, store), Is.True);
        Assert.That(store.SignedRecordOf(signer.Id).IsEmpty, Is.True);
    }

    private static byte[] Record(NodeIdentity signer, ulong sequence, PeerId? about = null, int addresses = 1)
    {
        var record = new PeerRecord { PeerId = (about ?? signer.Id).ToByteString(), Seq = sequence };
        record.Addresses.AddRange(Enumerable.Range(1, addresses).Select(i => new PeerRecord.Types.AddressInfo
        {
            Multiaddr = Multiaddr.Parse($"/ip4/192.0.2.7/tcp/{i}").ToByteString(),
        }));
        return SignedEnvelope.Seal(signer, PeerFacts.RecordDomain, PeerFacts.RecordType, record);
    }
}
