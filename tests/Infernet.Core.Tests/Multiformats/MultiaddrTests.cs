using System.Net;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;

namespace Infernet.Core.Tests.Multiformats;

/// <summary>Rules and numbers are those of https://github.com/multiformats/multiaddr and its protocols.csv.</summary>
[TestFixture]
public sealed class MultiaddrTests
{
    private const string Peer = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";

    [TestCase(null)]
    [TestCase("")]
    [TestCase("/")]
    [TestCase("//")]
    [TestCase("ip4/127.0.0.1")]
    [TestCase("/ip4")]
    [TestCase("/ip4/")]
    [TestCase("/ip4/127.0.0.1/tcp")]
    [TestCase("/ip4/127.0.0.1/tcp/")]
    [TestCase("/ip4/127.1/tcp/1")]
    [TestCase("/ip4/127.0.0.256/tcp/1")]
    [TestCase("/ip4/::1/tcp/1")]
    [TestCase("/ip6/127.0.0.1/tcp/1")]
    [TestCase("/ip6/fe80::1%eth0/tcp/1")]
    [TestCase("/ip4/127.0.0.1/tcp/65536")]
    [TestCase("/ip4/127.0.0.1/tcp/-1")]
    [TestCase("/ip4/127.0.0.1/tcp/ 1")]
    [TestCase("/ip4/127.0.0.1/carrier-pigeon/1")]
    [TestCase("/ip4/127.0.0.1/tcp/1/p2p/nonsense")]
    [TestCase("/dns4//tcp/1")]
    [TestCase("/dns4/a b/tcp/1")]
    [TestCase("/ip4/127.0.0.1//tcp/1")]
    public void TryParse_BrokenText_Refuses(string? text) => Assert.That(Multiaddr.TryParse(text, out _), Is.False);

    [TestCase("", TestName = "TryParse_NoBytes_Refuses")]
    [TestCase("04", TestName = "TryParse_NoValue_Refuses")]
    [TestCase("047f0000", TestName = "TryParse_ValueCutOff_Refuses")]
    [TestCase("047f000001060f", TestName = "TryParse_PortCutOff_Refuses")]
    [TestCase("ff7f", TestName = "TryParse_UnknownProtocol_Refuses")]
    [TestCase("8400", TestName = "TryParse_CodeNotShortest_Refuses")]
    [TestCase("3600", TestName = "TryParse_EmptyName_Refuses")]
    [TestCase("3603612f62", TestName = "TryParse_SlashInName_Refuses")]
    [TestCase("3603610062", TestName = "TryParse_ZeroInName_Refuses")]
    [TestCase("36ffffffff07", TestName = "TryParse_HugeName_Refuses")]
    [TestCase("a50303010203", TestName = "TryParse_PeerIsNoMultihash_Refuses")]
    public void TryParse_BrokenBytes_Refuses(string hex) =>
        Assert.That(Multiaddr.TryParse(Convert.FromHexString(hex), out _), Is.False);

    [Test]
    public void TryParse_Overlong_Refuses()
    {
        string text = string.Concat(Enumerable.Repeat("/ip4/127.0.0.1", 100));
        Assert.That(Multiaddr.TryParse(text, out _), Is.False);
        Assert.That(Multiaddr.TryParse(new byte[1025], out _), Is.False);
    }

    [Test]
    public void Parse_Broken_SaysWhatAnAddressLooksLike() => Assert.That(
        () => Multiaddr.Parse("localhost:4001"), Throws.TypeOf<FormatException>().With.Message.Contains("/ip4/"));

    [TestCase("/ip4/127.0.0.1/tcp/4001", "047f000001060fa1")]
    [TestCase("/ip4/127.0.0.1/udp/1234/quic-v1", "047f000001910204d2cd03")]
    [TestCase("/ip6/2001:8a0:7ac5:4201:3ac9:86ff:fe31:7095/tcp/8000", "29200108a07ac542013ac986fffe31709506" + "1f40")]
    [TestCase("/dns4/example.org/tcp/443/wss", "360b6578616d706c652e6f72670601bbde03")]
    [TestCase("/ip4/1.2.3.4/tcp/80/ws", "0401020304060050dd03")]
    [TestCase("/p2p-circuit", "a202")]
    public void Parse_Text_IsTheSpecifiedBinaryFormAndBack(string text, string hex)
    {
        var address = Multiaddr.Parse(text);
        Assert.That(Convert.ToHexStringLower(address.Span), Is.EqualTo(hex));
        Assert.That(Multiaddr.TryParse(Convert.FromHexString(hex), out Multiaddr read), Is.True);
        Assert.That(read, Is.EqualTo(address));
        Assert.That(read.ToString(), Is.EqualTo(text));
    }

    [TestCase("/ip4/1.2.3.4/tcp/80/", "/ip4/1.2.3.4/tcp/80")]
    [TestCase("/ip6/0:0:0:0:0:0:0:1/tcp/80", "/ip6/::1/tcp/80")]
    [TestCase("/ip4/1.2.3.4/tcp/080", "/ip4/1.2.3.4/tcp/80")]
    [TestCase("/ip4/1.2.3.4/tcp/80/ipfs/" + Peer, "/ip4/1.2.3.4/tcp/80/p2p/" + Peer)]
    public void Parse_OtherSpelling_IsWrittenTheUsualWay(string text, string usual) =>
        Assert.That(Multiaddr.Parse(text).ToString(), Is.EqualTo(usual));

    [Test]
    public void WithPeer_Peer_IsFoundAndTakenAwayAgain()
    {
        var bare = Multiaddr.Parse("/ip4/1.2.3.4/tcp/80");
        Multiaddr whole = bare.WithPeer(PeerId.Parse(Peer));
        Assert.That(bare.PeerId, Is.Null);
        Assert.That(whole.ToString(), Is.EqualTo($"/ip4/1.2.3.4/tcp/80/p2p/{Peer}"));
        Assert.That(whole.PeerId, Is.EqualTo(PeerId.Parse(Peer)));
        Assert.That(whole.WithPeer(PeerId.Parse(Peer)), Is.EqualTo(whole));
        Assert.That(whole.WithoutPeer(), Is.EqualTo(bare));
        Assert.That(bare.WithoutPeer(), Is.EqualTo(bare));
        Assert.That(Multiaddr.Parse($"/p2p/{Peer}").WithoutPeer(), Is.Null);
    }

    [TestCase("/ip4/1.2.3.4/tcp/80", "1.2.3.4", 80)]
    [TestCase("/ip6/::1/tcp/4001/p2p/" + Peer, "::1", 4001)]
    [TestCase("/dns4/example.org/tcp/443", "example.org", 443)]
    public void TryGetTcp_PlainTcp_GivesHostAndPort(string text, string host, int port)
    {
        Assert.That(Multiaddr.Parse(text).TryGetTcp(out string gotHost, out int gotPort), Is.True);
        Assert.That((gotHost, gotPort), Is.EqualTo((host, port)));
    }

    [TestCase("/ip4/1.2.3.4/udp/80")]
    [TestCase("/ip4/1.2.3.4/tcp/80/ws")]
    [TestCase("/ip4/1.2.3.4")]
    [TestCase("/tcp/80/tcp/80")]
    [TestCase("/p2p/" + Peer)]
    [TestCase("/ip4/1.2.3.4/tcp/80/p2p/" + Peer + "/p2p-circuit/p2p/" + Peer)]
    public void TryGetTcp_AnythingElse_Refuses(string text) =>
        Assert.That(Multiaddr.Parse(text).TryGetTcp(out _, out _), Is.False);

    [Test]
    public void FromTcp_EndPoints_GiveTheirAddresses()
    {
        Assert.That(
            Multiaddr.FromTcp(new IPEndPoint(IPAddress.Loopback, 80)).ToString(), Is.EqualTo("/ip4/127.0.0.1/tcp/80"));
        Assert.That(
            Multiaddr.FromTcp(new IPEndPoint(IPAddress.Loopback.MapToIPv6(), 80)).ToString(),
            Is.EqualTo("/ip4/127.0.0.1/tcp/80"));
        Assert.That(
            Multiaddr.FromTcp(new IPEndPoint(IPAddress.IPv6Loopback, 80)).ToString(), Is.EqualTo("/ip6/::1/tcp/80"));
    }

    [Test]
    public void IsCircuit_RelayInTheWay_IsSeen()
    {
        Assert.That(Multiaddr.Parse($"/ip4/1.2.3.4/tcp/80/p2p/{Peer}/p2p-circuit").IsCircuit, Is.True);
        Assert.That(Multiaddr.Parse($"/ip4/1.2.3.4/tcp/80/p2p/{Peer}").IsCircuit, Is.False);
    }

    [Test]
    public void TryParse_AnyBytes_NeverThrowsAndReadsBack()
    {
        var random = new Random(15);
        byte[] whole = Multiaddr.Parse($"/dns4/example.org/tcp/443/p2p/{Peer}/p2p-circuit").Span.ToArray();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = [.. whole];
            for (int changes = random.Next(4); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            Array.Resize(ref bytes, random.Next(bytes.Length + 4));
            if (Multiaddr.TryParse(bytes, out Multiaddr address))
            {
                Assert.That(address.Span.SequenceEqual(bytes), Is.True, Convert.ToHexString(bytes));
                Assert.That(Multiaddr.Parse(address.ToString()), Is.EqualTo(address), Convert.ToHexString(bytes));
                _ = (address.PeerId, address.IPAddress, address.WithoutPeer(), address.TryGetTcp(out _, out int _));
            }
        }
    }
}
