using Infernet.Libp2p.GossipSub.Routing;

namespace Infernet.Libp2p.GossipSub.Streams;

/// <summary>The protocols that are spoken, best first.</summary>
internal static class PubSubProtocols
{
    public static readonly IReadOnlyList<(string Id, PeerProtocol Protocol)> All =
    [
        ("/meshsub/1.1.0", PeerProtocol.GossipSub11),
        ("/meshsub/1.0.0", PeerProtocol.GossipSub10),
        ("/floodsub/1.0.0", PeerProtocol.FloodSub),
    ];

    /// <summary>The best protocol that a peer speaks; null if it speaks none.</summary>
    public static (string Id, PeerProtocol Protocol)? Best(Func<string, bool> speaks)
    {
        foreach ((string Id, PeerProtocol Protocol) known in All)
        {
            if (speaks(known.Id))
            {
                return known;
            }
        }

        return null;
    }
}
