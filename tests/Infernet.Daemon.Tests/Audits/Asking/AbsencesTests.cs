using Infernet.Core.Identity;
using Infernet.Daemon.Audits.Asking;
using Infernet.Libp2p.Tests.Support;
using static Infernet.Daemon.Tests.Audits.TestAudits;

namespace Infernet.Daemon.Tests.Audits.Asking;

[TestFixture]
public sealed class AbsencesTests
{
    [Test]
    public void Absence_DoublesEachTimeAndEndsWhenTheAuditorAnswers()
    {
        var clock = new ManualTime();
        var absences = new Absences(TimeSpan.FromSeconds(10), 100, clock);
        PeerId peer = SomePeers(1)[0];
        Assert.That(absences.IsAbsent(peer), Is.False);

        absences.Missed(peer);
        Assert.That(absences.IsAbsent(peer), Is.True);
        clock.Advance(TimeSpan.FromSeconds(11));
        Assert.That(absences.IsAbsent(peer), Is.False);

        absences.Missed(peer);
        clock.Advance(TimeSpan.FromSeconds(11));
        Assert.That(absences.IsAbsent(peer), Is.True);
        absences.Met(peer);
        Assert.That(absences.IsAbsent(peer), Is.False);
    }

    [Test]
    public void Absences_AreBounded()
    {
        var absences = new Absences(TimeSpan.FromSeconds(10), 3, new ManualTime());
        PeerId[] peers = SomePeers(10);
        foreach (PeerId peer in peers)
        {
            absences.Missed(peer);
        }

        Assert.That(peers.Count(absences.IsAbsent), Is.EqualTo(3));
    }

    [TestCase(true, false, false)]
    [TestCase(false, true, false)]
    [TestCase(false, false, true)]
    public void Auditor_ThatDeclined_IsAbsentOnlyIfItWasNotReached(bool answered, bool busy, bool absent)
    {
        var absences = new Absences(TimeSpan.FromSeconds(10), 100, TimeProvider.System);
        PeerId peer = NodeIdentity.Generate().Id;

        absences.Note(new HearingEvent.Declined(peer, busy) { Answered = answered });

        Assert.That(absences.IsAbsent(peer), Is.EqualTo(absent));
    }
}
