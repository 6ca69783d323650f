namespace Infernet.Libp2p.GossipSub.Wire;

/// <summary>
/// What two pubsub peers say to each other. Source: pubsub specification, "The RPC", with gossipsub's control.
/// </summary>
internal sealed record Rpc
{
    public IReadOnlyList<SubscriptionChange> Subscriptions { get; init; } = [];

    public IReadOnlyList<WireMessage> Messages { get; init; } = [];

    public IReadOnlyList<IHave> IHave { get; init; } = [];

    /// <summary>The ids of all IWANT messages together.</summary>
    public IReadOnlyList<MessageId> IWant { get; init; } = [];

    /// <summary>Topics to be grafted.</summary>
    public IReadOnlyList<string> Graft { get; init; } = [];

    public IReadOnlyList<Prune> Prune { get; init; } = [];
}
