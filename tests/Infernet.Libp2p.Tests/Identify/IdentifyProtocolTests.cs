using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
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
}
