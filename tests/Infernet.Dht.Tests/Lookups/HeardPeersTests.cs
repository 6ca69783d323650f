using Google.Protobuf;
using Google.Protobuf.Collections;
using Infernet.Core.Multiformats;
using Infernet.Dht.Keys;
using Infernet.Dht.Lookups;
using Infernet.Dht.Protocol;
using WirePeer = Infernet.Core.Schemas.Kad.Message.Types.Peer;

namespace Infernet.Dht.Tests.Lookups;

internal sealed class HeardPeersTests
{
    private static readonly Random Random = new(1);
    private static readonly KadPeer Peer = TestPeers.Random(Random);
    private static readonly Multiaddr First = Multiaddr.Parse("/ip4/192.0.2.1/tcp/1");
    private static readonly Multiaddr Second = Multiaddr.Parse("/ip4/192.0.2.2/tcp/1");
    private HeardPeers _heard = null!;

    [SetUp]
    public void SetUp() => _heard = new HeardPeers(new PeerCodec(new AddressFilter(true, 8)), new MessageLimits());

    [Test]
    public void Take_UnreadablePeer_IsLeftOut()
    {
        var broken = new WirePeer { Id = ByteString.CopyFromUtf8("nobody") };
        Assert.That(_heard.Take([broken, PeerCodec.Encode(Peer.Id, [First])]), Is.EqualTo(new[] { Peer }));
    }

    [Test]
    public void Take_MorePeersThanAllowed_LooksAtTheFirst()
    {
        var many = new RepeatedField<WirePeer>
        {
            Enumerable.Range(0, 100).Select(_ => PeerCodec.Encode(TestPeers.Random(Random).Id, [])),
        };
        Assert.That(_heard.Take(many), Has.Count.EqualTo(new MessageLimits().MaxCloserPeers));
    }

    [Test]
    public void AddressesOf_NamedTwiceWithDifferentOnes_AreBoth()
    {
        _heard.Take([PeerCodec.Encode(Peer.Id, [First])]);
        _heard.Take([PeerCodec.Encode(Peer.Id, [Second])]);
        Assert.That(_heard.AddressesOf(Peer), Is.EquivalentTo(new[] { First, Second }));
    }

    [Test]
    public void AddressesOf_NamedWithEverNewOnes_KeepsTheLimit()
    {
        for (int i = 1; i < 100; i++)
        {
            _heard.Take([PeerCodec.Encode(Peer.Id, [Multiaddr.Parse($"/ip4/192.0.2.1/tcp/{i}")])]);
        }

        Assert.That(_heard.AddressesOf(Peer), Has.Count.EqualTo(8));
    }

    [Test]
    public void AddressesOf_NeverNamed_AreNone() => Assert.That(_heard.AddressesOf(Peer), Is.Empty);
}
