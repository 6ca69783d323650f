using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Daemon.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Infernet.Daemon.Api;

/// <summary>Peers: who is known, and connecting to one.</summary>
internal static class PeerEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, Node node)
    {
        routes.MapGet("/v1/peers", async context =>
            await ApiBody.WriteAsync(
                context, await node.Peers.ListAsync(context.RequestAborted), ApiJson.Default.IReadOnlyListPeerStatus));
        routes.MapPost("/v1/peers/connect", context => ConnectAsync(context, node));
        routes.MapPost("/v1/peers/challenge", context => ChallengeAsync(context, node));
    }

    private static async Task ConnectAsync(HttpContext context, Node node)
    {
        ConnectRequest request = await ApiBody.ReadAsync(context, ApiJson.Default.ConnectRequest);
        if (!Multiaddr.TryParse(request.Address, out Multiaddr address))
        {
            throw new ApiException(
                "invalid",
                $"'{request.Address}' is not a peer's address; one looks like /ip4/192.0.2.1/tcp/4001/p2p/12D3KooW…");
        }

        PeerStatus peer = await node.Peers.ConnectAsync(address, context.RequestAborted);
        await ApiBody.WriteAsync(context, peer, ApiJson.Default.PeerStatus);
    }

    private static async Task ChallengeAsync(HttpContext context, Node node)
    {
        ChallengePeerRequest request = await ApiBody.ReadAsync(context, ApiJson.Default.ChallengePeerRequest);
        if (!PeerId.TryParse(request.PeerId, out PeerId peer))
        {
            throw new ApiException("invalid", $"'{request.PeerId}' is not a peer id; one looks like 12D3KooW…");
        }

        ChallengeReport report = await node.Challenges
            .ChallengeAsync(peer, request.Kernel, request.Size, context.RequestAborted);
        await ApiBody.WriteAsync(context, report, ApiJson.Default.ChallengeReport);
    }
}
