using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.Hosting;

namespace Infernet.Libp2p.Tests.Hosting;

internal sealed class PeerStoreTests
{
    private readonly PeerId _peer = NodeIdentity.Generate().Id;

    [TestCase("/ip4/0.0.0.0/tcp/4001")]
    [TestCase("/ip4/192.0.2.1/tcp/0")]
    [TestCase("/ip4/224.0.0.1/tcp/4001")]
    [TestCase("/ip6/::/tcp/4001")]
    [TestCase("/ip4/192.0.2.1/udp/4001/quic-v1")]
    public void AddAddresses_ThatCantBeDialed_AreDropped(string address)
    {
        var store = new PeerStore();
        store.AddAddresses(_peer, [Multiaddr.Parse(address)]);

        Assert.That(store.AddressesOf(_peer), Is.Empty);
    }

    [Test]
    public void AddAddresses_OfAnotherPeer_AreDropped()
    {
        var store = new PeerStore();
        store.AddAddresses(_peer, [Address(1).WithPeer(NodeIdentity.Generate().Id)]);

        Assert.That(store.AddressesOf(_peer), Is.Empty);
    }

    [Test]
    public void AddAddresses_BeyondTheLimit_KeepProvenOnes()
    {
        var store = new PeerStore();
        store.Add(_peer, [Address(0)], AddressTrust.Proven);
        store.AddAddresses(_peer, Enumerable.Range(1, 100).Select(Address));
        store.AddAddresses(_peer, Enumerable.Range(101, 100).Select(Address));

        Assert.That(store.AddressesOf(_peer), Has.Count.EqualTo(PeerStore.MaxAddressesPerPeer));
        Assert.That(store.AddressesOf(_peer)[0], Is.EqualTo(Address(0)));
    }

    [Test]
    public void AddAddresses_HeardAgain_KeepTheirTrust()
    {
        var store = new PeerStore();
        store.Add(_peer, [Address(2)], AddressTrust.Proven);
        store.AddAddresses(_peer, [Address(1), Address(2)]);

        Assert.That(store.AddressesOf(_peer), Is.EqualTo(new[] { Address(2), Address(1) }));
    }

    [Test]
    public void Peers_BeyondTheLimit_ForgetTheOneLeastUsed()
    {
        var store = new PeerStore();
        byte[] seed = new byte[32];
        store.AddAddresses(_peer, [Address(1)]);
        for (int i = 0; i < PeerStore.MaxPeers; i++)
        {
            BitConverter.TryWriteBytes(seed, i);
            store.AddAddresses(PeerId.FromEd25519(seed), [Address(1)]);
        }

        Assert.That(store.AddressesOf(_peer), Is.Empty);
        Assert.That(store.AddressesOf(PeerId.FromEd25519(seed)), Is.Not.Empty);
    }

    private static Multiaddr Address(int number) =>
        Multiaddr.Parse($"/ip4/192.0.2.{number % 250}/tcp/{4000 + number}");
}
