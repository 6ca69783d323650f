using Infernet.Libp2p.Multistream;

namespace Infernet.Libp2p.Tests.Multistream;

internal sealed class MultistreamResponderTests
{
    [Test]
    public void Receive_ProposalBeforeHeader_Throws() =>
        Assert.That(() => Make().Receive("/p/1"), Throws.TypeOf<MultistreamException>());

    [TestCase("/q/1")]
    [TestCase("ls")]
    [TestCase("")]
    public void Receive_UnknownProposal_IsRefused(string proposal)
    {
        MultistreamResponder responder = AfterHeader();

        Assert.That(responder.Receive(proposal).ToArray(), Is.EqualTo(MultistreamMessage.Encode("na")));
        Assert.That(responder.Protocol, Is.Null);
    }

    [Test]
    public void Receive_KnownProposalAfterRefusals_IsAgreed()
    {
        MultistreamResponder responder = AfterHeader();
        responder.Receive("/q/1");

        Assert.That(responder.Receive("/p/1").ToArray(), Is.EqualTo(MultistreamMessage.Encode("/p/1")));
        Assert.That(responder.Protocol, Is.EqualTo("/p/1"));
    }

    [Test]
    public void Receive_EndlessProposals_Throws()
    {
        MultistreamResponder responder = AfterHeader();

        Assert.That(
            () =>
            {
                for (int i = 0; i < 100; i++)
                {
                    responder.Receive($"/q/{i}");
                }
            },
            Throws.TypeOf<MultistreamException>());
    }

    private static MultistreamResponder Make() => new(protocol => protocol == "/p/1");

    private static MultistreamResponder AfterHeader()
    {
        MultistreamResponder responder = Make();
        responder.Receive(MultistreamMessage.Header);
        return responder;
    }
}
