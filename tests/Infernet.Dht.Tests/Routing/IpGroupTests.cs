using System.Net;
using Infernet.Dht.Routing;

namespace Infernet.Dht.Tests.Routing;

internal sealed class IpGroupTests
{
    [TestCase("198.51.100.1", "198.51.7.9", true)]
    [TestCase("198.51.100.1", "198.52.100.1", false)]
    [TestCase("::ffff:198.51.100.1", "198.51.7.9", true)]
    [TestCase("2001:db8:1::1", "2001:db8:2::1", true)]
    [TestCase("2001:db8::1", "2001:db9::1", false)]
    public void Of_TwoAddresses_SameGroupIfSameNetwork(string first, string second, bool same) =>
        Assert.That(
            IpGroup.Of(IPAddress.Parse(first), false) == IpGroup.Of(IPAddress.Parse(second), false), Is.EqualTo(same));

    [TestCase("127.0.0.1")]
    [TestCase("10.1.2.3")]
    [TestCase("172.16.0.1")]
    [TestCase("172.31.255.255")]
    [TestCase("192.168.1.1")]
    [TestCase("169.254.1.1")]
    [TestCase("100.64.0.1")]
    [TestCase("::1")]
    [TestCase("fe80::1")]
    [TestCase("fd00::1")]
    [TestCase("::ffff:10.0.0.1")]
    public void Of_LocalAddress_IsNoGroupUnlessIncluded(string address)
    {
        Assert.That(IpGroup.Of(IPAddress.Parse(address), includeLocal: false), Is.Null);
        Assert.That(IpGroup.Of(IPAddress.Parse(address), includeLocal: true), Is.Not.Null);
    }

    [TestCase("172.32.0.1")]
    [TestCase("100.128.0.1")]
    [TestCase("9.255.255.255")]
    [TestCase("2001:db8::1")]
    public void IsLocal_PublicAddress_IsFalse(string address) =>
        Assert.That(IpGroup.IsLocal(IPAddress.Parse(address)), Is.False);
}
