using Infernet.Core.Identity;
using Infernet.Daemon.Adverts;

namespace Infernet.Daemon.Tests.Adverts;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class AdvertDirectoryTests
{
    private static readonly NodeIdentity Identity = NodeIdentity.Generate();
    private readonly SettableTime _time = new(TestAdverts.Now);

    [Test]
    public void Offer_OlderThanKnown_IsLeftOut()
    {
        var directory = new AdvertDirectory(_time);
        directory.Offer(TestAdverts.Opened(Identity, a => a.Sequence = 5));

        Assert.That(directory.Offer(TestAdverts.Opened(Identity, a => a.Sequence = 4)), Is.False);
        Assert.That(directory.Offer(TestAdverts.Opened(Identity, a => a.Sequence = 5)), Is.False);
        Assert.That(directory.Find(Identity.Id)!.Contents.Sequence, Is.EqualTo(5));
    }

    [Test]
    public void Offer_Newer_ReplacesAndTells()
    {
        var directory = new AdvertDirectory(_time);
        var told = new List<ulong>();
        directory.Changed += advert => told.Add(advert.Contents.Sequence);
        directory.Offer(TestAdverts.Opened(Identity, a => a.Sequence = 1));
        directory.Offer(TestAdverts.Opened(Identity, a => a.Sequence = 2));

        Assert.That(told, Is.EqualTo(new ulong[] { 1, 2 }));
        Assert.That(directory.All(), Has.Count.EqualTo(1));
    }

    [Test]
    public void Advert_AfterItsExpiry_IsGone()
    {
        var directory = new AdvertDirectory(_time);
        directory.Offer(TestAdverts.Opened(Identity));
        _time.Now = TestAdverts.Now.AddMinutes(11);

        Assert.That(directory.Find(Identity.Id), Is.Null);
        Assert.That(directory.All(), Is.Empty);
    }

    [Test]
    public void Offer_WhenFull_IsRefusedUntilSomethingExpires()
    {
        var directory = new AdvertDirectory(_time, capacity: 2);
        directory.Offer(TestAdverts.Opened(NodeIdentity.Generate()));
        directory.Offer(TestAdverts.Opened(NodeIdentity.Generate()));
        VerifiedAdvert late = TestAdverts.Opened(
            Identity, a => a.ExpiresUnixMs = TestAdverts.Now.AddMinutes(30).ToUnixTimeMilliseconds());

        Assert.That(directory.Offer(late), Is.False);
        _time.Now = TestAdverts.Now.AddMinutes(11);
        Assert.That(directory.Offer(late), Is.True);
    }

    private sealed class SettableTime(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
