namespace Infernet.Libp2p.GossipSub.Wire;

/// <summary>A peer says that it takes messages of a topic, or no longer does.</summary>
internal readonly record struct SubscriptionChange(string Topic, bool Subscribe);
