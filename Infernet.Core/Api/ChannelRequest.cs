namespace Infernet.Core.Api;

/// <summary>Opens a channel to a provider, or adds to the one that is there.</summary>
/// <param name="Peer">The provider's peer id; it must be known, and its advert must name a wallet.</param>
/// <param name="Amount">Such as "0.1 SOL"; null for the usual deposit.</param>
/// <param name="DryRun">Only say what it takes.</param>
public sealed record ChannelRequest(string Peer, string? Amount = null, bool DryRun = false);
