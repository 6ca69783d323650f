using Infernet.Libp2p.Multistream;

namespace Infernet.Libp2p.Tests.Multistream;

internal sealed class MultistreamInitiatorTests
{
    private readonly MultistreamInitiator _initiator = new("/p/1");

    [Test]
    public void Receive_AnotherHeader_Throws() =>
        Assert.That(() => _initiator.Receive("/multistream/2.0.0"), Throws.TypeOf<MultistreamException>());

    [Test]
    public void Receive_AnotherProtocol_Throws()
    {
        var initiator = new MultistreamInitiator("/p/1");
        initiator.Receive(MultistreamMessage.Header);

        Assert.That(() => initiator.Receive("/q/1"), Throws.TypeOf<MultistreamException>());
    }

    [Test]
    public void Receive_Refusal_IsRefused()
    {
        var initiator = new MultistreamInitiator("/p/1");
        initiator.Receive(MultistreamMessage.Header);
        initiator.Receive(MultistreamMessage.NotAvailable);

        Assert.That((initiator.IsDone, initiator.IsAgreed, initiator.IsRefused), Is.EqualTo((true, false, true)));
    }

    [Test]
    public void Receive_Echo_IsAgreed()
    {
        var initiator = new MultistreamInitiator("/p/1");
        initiator.Receive(MultistreamMessage.Header);
        Assert.That(initiator.IsDone, Is.False);
        initiator.Receive("/p/1");

        Assert.That((initiator.IsDone, initiator.IsAgreed, initiator.IsRefused), Is.EqualTo((true, true, false)));
    }
}
