namespace Infernet.Libp2p.GossipSub.Signing;

/// <summary>What the fields of a message are worth, before its signature is looked at.</summary>
internal enum StrictSignResult
{
    Opened,

    /// <summary>The policy is broken: whoever passed the message on should have refused it.</summary>
    Refused,

    /// <summary>
    /// The author's key is of a kind that this node can't verify; the peer that passed the message on is not to blame.
    /// </summary>
    Unsupported,
}
