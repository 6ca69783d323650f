namespace Infernet.Libp2p.Tests.GossipSub.Simulation;

/// <summary>What a hostile peer does, once a second, to each of its neighbours.</summary>
internal enum Attack
{
    /// <summary>Sends messages whose signature is wrong.</summary>
    Forgeries,

    /// <summary>Sends messages that are signed, and that the validators reject.</summary>
    InvalidMessages,

    /// <summary>Grafts again and again, however often it is pruned.</summary>
    GraftFlood,

    /// <summary>Advertises messages that there are not.</summary>
    IHaveFlood,

    /// <summary>Asks for everything it has ever heard of, again and again.</summary>
    IWantFlood,

    /// <summary>Enters meshes and passes nothing on.</summary>
    Silence,
}
