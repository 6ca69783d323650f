using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Dht.Protocol;

namespace Infernet.Dht.Tests.Protocol;

internal sealed class AddressFilterTests
{
    private static readonly PeerId Peer = TestPeers.At(1).Id;
    private static readonly PeerId Other = TestPeers.At(2).Id;

    [TestCase("/ip4/0.0.0.0/tcp/4001")]
    [TestCase("/ip6/::/tcp/4001")]
    [TestCase("/ip4/255.255.255.255/tcp/4001")]
    [TestCase("/ip4/224.0.0.1/tcp/4001")]
    [TestCase("/ip6/ff02::1/tcp/4001")]
    public void Usable_AddressNobodyListensAt_IsLeftOut(string address) =>
        Assert.That(Filter(allowLocal: true).Usable(Peer, [Multiaddr.Parse(address)]), Is.Empty);

    [TestCase("/ip4/127.0.0.1/tcp/4001")]
    [TestCase("/ip4/192.168.1.1/tcp/4001")]
    [TestCase("/ip6/::1/tcp/4001")]
    public void Usable_LocalAddress_FollowsTheOption(string address)
    {
        Assert.That(Filter(allowLocal: true).Usable(Peer, [Multiaddr.Parse(address)]), Has.Count.EqualTo(1));
        Assert.That(Filter(allowLocal: false).Usable(Peer, [Multiaddr.Parse(address)]), Is.Empty);
    }

    [Test]
    public void Usable_AddressOfAnotherPeer_IsLeftOut() =>
        Assert.That(
            Filter(true).Usable(Peer, [Multiaddr.Parse("/ip4/192.0.2.1/tcp/1").WithPeer(Other)]), Is.Empty);

    [Test]
    public void Usable_SameAddressWithAndWithoutPeer_IsOne()
    {
        Multiaddr address = Multiaddr.Parse("/ip4/192.0.2.1/tcp/1");
        Assert.That(
            Filter(true).Usable(Peer, [address, address.WithPeer(Peer), address]), Is.EqualTo(new[] { address }));
    }

    [Test]
    public void Usable_BarePeer_IsLeftOut() =>
        Assert.That(Filter(true).Usable(Peer, [Multiaddr.Parse($"/p2p/{Peer}")]), Is.Empty);

    [Test]
    public void Usable_TooMany_KeepsTheFirst()
    {
        Multiaddr[] many = [.. Enumerable.Range(1, 50).Select(i => Multiaddr.Parse($"/ip4/192.0.2.1/tcp/{i}"))];
        Assert.That(Filter(true).Usable(Peer, many), Is.EqualTo(many.Take(8)));
    }

    private static AddressFilter Filter(bool allowLocal) => new(allowLocal, 8);
}
