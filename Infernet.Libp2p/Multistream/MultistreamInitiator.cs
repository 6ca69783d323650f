namespace Infernet.Libp2p.Multistream;

/// <summary>
/// The side that proposes one protocol. It sends the header and the proposal at once, as the specification allows,
/// so that negotiating costs no round trip of its own. A pure state machine: messages in, a decision out.
/// </summary>
internal sealed class MultistreamInitiator(string protocol)
{
    private bool _sawHeader;

    /// <summary>What to send first.</summary>
    public byte[] Opening { get; } = MultistreamMessage.Encode(MultistreamMessage.Header, protocol);

    /// <summary>Whether the peer has agreed.</summary>
    public bool IsAgreed { get; private set; }

    /// <summary>Whether the peer speaks multistream-select but not the protocol.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Whether the negotiation has ended, one way or the other.</summary>
    public bool IsDone => IsAgreed || IsRefused;

    /// <summary>Takes the peer's next message.</summary>
    /// <exception cref="MultistreamException">The peer says something that fits no proposal.</exception>
    public void Receive(string message)
    {
        // "multistream-select": anything but the header as the first message aborts the negotiation.
        if (!_sawHeader)
        {
            _sawHeader = message == MultistreamMessage.Header
                ? true
                : throw new MultistreamException(
                    $"The peer's first message is not {MultistreamMessage.Header}; it speaks another negotiation.");
        }
        else if (message == protocol)
        {
            IsAgreed = true;
        }
        else if (message == MultistreamMessage.NotAvailable)
        {
            IsRefused = true;
        }
        else
        {
            throw new MultistreamException($"The peer answered the proposal of {protocol} with another protocol.");
        }
    }
}
