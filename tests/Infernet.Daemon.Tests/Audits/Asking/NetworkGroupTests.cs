using Infernet.Core.Multiformats;
using Infernet.Daemon.Audits.Asking;

namespace Infernet.Daemon.Tests.Audits.Asking;

[TestFixture]
public sealed class NetworkGroupTests
{
    [TestCase("/ip4/10.1.2.3/tcp/1", "/ip4/10.1.2.200/tcp/9", true)]
    [TestCase("/ip4/10.1.2.3/tcp/1", "/ip4/10.1.3.3/tcp/1", false)]
    [TestCase("/ip6/2001:db8:1:2::1/tcp/1", "/ip6/2001:db8:1:3::9/tcp/1", true)]
    [TestCase("/ip6/2001:db8:1::1/tcp/1", "/ip6/2001:db8:2::1/tcp/1", false)]
    [TestCase("/ip6/::ffff:10.1.2.3/tcp/1", "/ip4/10.1.2.9/tcp/1", true)]
    public void Addresses_OfOneOwnersNetwork_AreOneGroup(string one, string other, bool same) => Assert.That(
        NetworkGroup.Of([Multiaddr.Parse(one)]) == NetworkGroup.Of([Multiaddr.Parse(other)]), Is.EqualTo(same));

    [Test]
    public void Peer_WithoutAnIpAddress_HasNoGroup()
    {
        Assert.That(NetworkGroup.Of([]), Is.Null);
        Assert.That(NetworkGroup.Of([Multiaddr.Parse("/dns4/example.com/tcp/1")]), Is.Null);
    }
}
