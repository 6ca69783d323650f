namespace Infernet.Libp2p.GossipSub;

/// <summary>What a validator decides about a message. Source: gossipsub v1.1, "Extended Validators".</summary>
public enum MessageVerdict
{
    /// <summary>The message is good: it is forwarded.</summary>
    Accept,

    /// <summary>The message is wrong, and whoever forwards it should have known: its peers are penalised.</summary>
    Reject,

    /// <summary>The message is not forwarded, and nobody is to blame.</summary>
    Ignore,
}
