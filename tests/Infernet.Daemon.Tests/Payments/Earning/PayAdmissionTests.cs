using Infernet.Core.Identity;
using Infernet.Daemon.Payments.Earning;

namespace Infernet.Daemon.Tests.Payments.Earning;

[TestFixture]
public sealed class PayAdmissionTests
{
    private readonly PeerId _loud = NodeIdentity.Generate().Id;
    private readonly PeerId _quiet = NodeIdentity.Generate().Id;

    [Test]
    public void Peer_ThatSaysTooMuch_UsesUpNothingOfTheOthers()
    {
        using var admission = new PayAdmission(new EarningOptions { MessagesPerMinute = 2, AllMessagesPerMinute = 4 });
        Assert.That(SayOften(admission, _loud, 100), Is.EqualTo(2));
        Assert.That(SayOften(admission, _quiet, 2), Is.EqualTo(2));
    }

    [Test]
    public void Peers_AllTogether_AreHeldToWhatIsListenedTo()
    {
        using var admission = new PayAdmission(new EarningOptions { MessagesPerMinute = 3, AllMessagesPerMinute = 4 });
        Assert.That(SayOften(admission, _loud, 3) + SayOften(admission, _quiet, 3), Is.EqualTo(4));
    }

    [Test]
    public void Streams_OfOnePeer_AreBounded_UntilOneEnds()
    {
        using var admission = new PayAdmission(new EarningOptions { MaxStreamsPerPeer = 1 });
        Assert.That(admission.TryEnter(_loud, true), Is.Null);
        Assert.That(admission.TryEnter(_loud, true), Does.Contain("1 streams of this peer"));
        Assert.That(admission.TryEnter(_quiet, true), Is.Null);
        admission.Leave(_loud, true);
        Assert.That(admission.TryEnter(_loud, true), Is.Null);
    }

    [Test]
    public void Strangers_HoweverMany_SilenceNobodyWhoHasAChannel()
    {
        using var admission = new PayAdmission(new EarningOptions
        {
            AllMessagesPerMinute = 4, StrangerMessagesPerMinute = 3, MaxStreams = 2, MaxStrangerStreams = 2,
        });
        PeerId[] strangers = [.. Enumerable.Range(0, 20).Select(_ => NodeIdentity.Generate().Id)];
        Assert.That(strangers.Count(s => admission.TryEnter(s, isPayer: false) is null), Is.EqualTo(2), "streams");
        Assert.That(admission.TryEnter(_quiet, isPayer: true), Is.Null);
        Assert.That(admission.TryEnter(_loud, isPayer: true), Is.Null);
        Assert.That(admission.TryEnter(NodeIdentity.Generate().Id, isPayer: true), Does.Contain("2 streams"));
        admission.Leave(_quiet, isPayer: true);
        admission.Leave(strangers[0], isPayer: false);
        Assert.That(strangers[5..].Sum(s => SayOften(admission, s, 1, isPayer: false)), Is.EqualTo(1), "messages");
        Assert.That(SayOften(admission, _quiet, 5), Is.EqualTo(2));
    }

    private static int SayOften(PayAdmission admission, PeerId peer, int times, bool isPayer = true)
    {
        int heard = 0;
        for (int i = 0; i < times; i++)
        {
            if (admission.TryEnter(peer, isPayer) is null)
            {
                heard++;
                admission.Leave(peer, isPayer);
            }
        }

        return heard;
    }
}
