using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Adverts;
using Infernet.Libp2p.GossipSub;

namespace Infernet.Daemon.Tests.Adverts;

public class AdvertGossipTests
{
    private static readonly NodeIdentity Stranger = NodeIdentity.Generate();

    [Test]
    public async Task Advert_Broken_IsRejected()
    {
        await using GossipingPeer peer = await GossipingPeer.StartAsync();

        Assert.That(Judge(peer, "no advert"u8.ToArray()), Is.EqualTo(MessageVerdict.Reject));
        Assert.That(
            Judge(peer, Sealed(a => a.FreeSlots = a.TotalSlots + 1)), Is.EqualTo(MessageVerdict.Reject));
    }

    [Test]
    public async Task Advert_OfAnotherPeerThanItsPublisher_IsRejected()
    {
        await using GossipingPeer peer = await GossipingPeer.StartAsync();
        var message = new GossipMessage(NodeIdentity.Generate().Id, 1, AdvertGossip.Topic, Sealed());

        Assert.That(peer.Adverts.Judge(message), Is.EqualTo(MessageVerdict.Reject));
        Assert.That(peer.Directory.All(), Is.Empty);
    }

    // Two honest clocks may differ, so nobody is blamed for a time.
    [TestCase(-1)]
    [TestCase(1_000)]
    public async Task Advert_OutOfTime_IsIgnored(int expiresInMinutes)
    {
        await using GossipingPeer peer = await GossipingPeer.StartAsync();
        byte[] advert = Sealed(
            a => a.ExpiresUnixMs = DateTimeOffset.UtcNow.AddMinutes(expiresInMinutes).ToUnixTimeMilliseconds());

        Assert.That(Judge(peer, advert), Is.EqualTo(MessageVerdict.Ignore));
    }

    [Test]
    public async Task Advert_NotNewerThanKnown_IsIgnored()
    {
        await using GossipingPeer peer = await GossipingPeer.StartAsync();

        Assert.That(Judge(peer, Sealed(a => a.Sequence = 5)), Is.EqualTo(MessageVerdict.Accept));
        Assert.That(Judge(peer, Sealed(a => a.Sequence = 5)), Is.EqualTo(MessageVerdict.Ignore));
        Assert.That(Judge(peer, Sealed(a => a.Sequence = 4)), Is.EqualTo(MessageVerdict.Ignore));
    }

    [Test]
    public async Task Adverts_InAFlood_AreIgnoredBeyondThePace()
    {
        await using GossipingPeer peer = await GossipingPeer.StartAsync();
        int accepted = Enumerable.Range(1, 100).Count(
            i => Judge(peer, Sealed(a => a.Sequence = (ulong)i)) == MessageVerdict.Accept);

        // The flood may last into another second or two on a busy machine.
        Assert.That(accepted, Is.InRange(5, 50));
    }

    [Test]
    public async Task Load_ThatChanges_ReachesPeersBehindPeers()
    {
        await using GossipingPeer first = await GossipingPeer.StartAsync();
        await using GossipingPeer middle = await GossipingPeer.StartAsync();
        await using GossipingPeer last = await GossipingPeer.StartAsync();
        await first.ConnectAsync(middle);
        await middle.ConnectAsync(last);
        first.FreeSlots = 3;

        VerifiedAdvert advert = await last.LearnAsync(a => a.Peer == first.Id && a.Contents.FreeSlots == 3);
        Assert.That(advert.Models, Contains.Key(TestAdverts.ModelRoot));
        Assert.That(advert.Addresses, Is.Not.Empty);
    }

    [Test]
    public async Task Departure_IsHeardAndNotUndone()
    {
        await using GossipingPeer first = await GossipingPeer.StartAsync();
        await using GossipingPeer middle = await GossipingPeer.StartAsync();
        await using GossipingPeer last = await GossipingPeer.StartAsync();
        await first.ConnectAsync(middle);
        await middle.ConnectAsync(last);
        first.FreeSlots = 2;
        VerifiedAdvert before = await last.LearnAsync(a => a.Peer == first.Id && a.Contents.FreeSlots == 2);
        await first.DisposeAsync();
        VerifiedAdvert leaving = await last.LearnAsync(a => a.Peer == first.Id && a.Contents.Leaving);

        Assert.That(leaving.Models, Is.Empty);
        Assert.That(last.Directory.Find(first.Id), Is.Null);
        Assert.That(last.Directory.Offer(before), Is.False);
        Assert.That(last.Directory.All().Select(a => a.Peer), Does.Not.Contain(first.Id));
    }

    private static MessageVerdict Judge(GossipingPeer peer, byte[] advert) =>
        peer.Adverts.Judge(new GossipMessage(Stranger.Id, 1, AdvertGossip.Topic, advert));

    private static byte[] Sealed(Action<Advert>? change = null) => TestAdverts.Sealed(Stranger, advert =>
    {
        advert.PeerId = ByteString.CopyFrom(Stranger.Id.Span);
        advert.ExpiresUnixMs = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeMilliseconds();
        change?.Invoke(advert);
    });
}
