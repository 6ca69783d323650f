namespace Infernet.Libp2p.Multistream;

/// <summary>
/// The side that answers proposals. A pure state machine: a message in, an answer out, until a protocol is chosen.
/// <c>ls</c> is answered like any unknown protocol: what a node speaks is told by Identify.
/// </summary>
internal sealed class MultistreamResponder(Func<string, bool> speaks)
{
    /// <summary>Proposals that one negotiation may take; more are a waste of everybody's time.</summary>
    private const int MaxProposals = 32;

    private static readonly byte[] HeaderBytes = MultistreamMessage.Encode(MultistreamMessage.Header);
    private static readonly byte[] RefusalBytes = MultistreamMessage.Encode(MultistreamMessage.NotAvailable);

    private bool _sawHeader;
    private int _proposals;

    /// <summary>The protocol that was agreed on, once there is one.</summary>
    public string? Protocol { get; private set; }

    /// <summary>Takes the peer's next message and returns what to answer.</summary>
    /// <exception cref="MultistreamException">The peer does not follow the protocol.</exception>
    public ReadOnlyMemory<byte> Receive(string message)
    {
        if (!_sawHeader)
        {
            _sawHeader = message == MultistreamMessage.Header
                ? true
                : throw new MultistreamException($"The peer's first message is not {MultistreamMessage.Header}.");
            return HeaderBytes;
        }

        if (speaks(message))
        {
            Protocol = message;
            return MultistreamMessage.Encode(message);
        }

        return ++_proposals < MaxProposals
            ? RefusalBytes
            : throw new MultistreamException($"The peer proposed {MaxProposals} protocols that are not spoken here.");
    }
}
