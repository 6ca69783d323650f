using System.Text.Json;
using Infernet.Core.Identity;
using Infernet.Interop.Tests.Peers;

namespace Infernet.Interop.Tests.GossipSub;

/// <summary>The GossipSub commands of a js-libp2p peer (tests/js/lib/gossip-commands.mjs).</summary>
internal static class JsGossip
{
    public static async Task<JsPeer> StartAsync(object? settings = null, bool subscribe = true)
    {
        JsPeer peer = await JsPeer.StartAsync(new { gossip = settings ?? true });
        if (subscribe)
        {
            await peer.SubscribeAsync();
        }

        return peer;
    }

    public static Task SubscribeAsync(this JsPeer peer) =>
        peer.CallAsync("subscribe", new { topic = GossipNode.Topic });

    public static Task UnsubscribeAsync(this JsPeer peer) =>
        peer.CallAsync("unsubscribe", new { topic = GossipNode.Topic });

    public static Task<int> PublishAsync(this JsPeer peer, byte[] data, string command = "publish") =>
        peer.CallAsync<int>(command, new { topic = GossipNode.Topic, data = Convert.ToBase64String(data) });

    public static Task AwaitMeshAsync(this JsPeer peer, PeerId other, bool isIn = true) =>
        peer.CallAsync("awaitMesh", new { topic = GossipNode.Topic, peer = other.ToString(), @is = isIn });

    public static Task AwaitSubscriberAsync(this JsPeer peer, PeerId other) =>
        peer.CallAsync("awaitSubscriber", new { topic = GossipNode.Topic, peer = other.ToString() });

    public static Task AwaitHeartbeatsAsync(this JsPeer peer, int count) =>
        peer.CallAsync("awaitHeartbeats", new { count });

    /// <summary>What the peer thinks of another.</summary>
    public static Task<double> ScoreOfAsync(this JsPeer peer, PeerId other) => peer.CallAsync<double>("score", other);

    /// <summary>How often, with decay, the other broke the rules of the protocol.</summary>
    public static Task<double> PenaltyOfAsync(this JsPeer peer, PeerId other) =>
        peer.CallAsync<double>("penalty", other);

    /// <summary>The next message that the peer got: its author and its data.</summary>
    public static async Task<(PeerId From, byte[] Data)> ReceiveAsync(this JsPeer peer)
    {
        JsonElement message = await peer.NextEventAsync("message");
        return (
            PeerId.Parse(message.GetProperty("from").GetString()!),
            message.GetProperty("data").GetBytesFromBase64());
    }
}
