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
        Assert.That(admission.TryEnter(_loud), Is.Null);
        Assert.That(admission.TryEnter(_loud), Does.Contain("1 streams of this peer"));
        Assert.That(admission.TryEnter(_quiet), Is.Null);
        admission.Leave(_loud);
        Assert.That(admission.TryEnter(_loud), Is.Null);
    }

    private static int SayOften(PayAdmission admission, PeerId peer, int times)
    {
        int heard = 0;
        for (int i = 0; i < times; i++)
        {
            if (admission.TryEnter(peer) is null)
            {
                heard++;
                admission.Leave(peer);
            }
        }

        return heard;
    }
}
