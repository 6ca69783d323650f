using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Daemon.Nodes;
using Infernet.Daemon.Reputation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Infernet.Daemon.Api;

/// <summary>What this node thinks of peers, why, and the evidence for it.</summary>
internal static class ReputationEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, Node node)
    {
        routes.MapGet("/v1/reputation", context => ApiBody.WriteAsync(
            context,
            [.. node.Reputation.All().Select(ReputationViews.Of)],
            ApiJson.Default.IReadOnlyListReputationStatus));
        routes.MapGet("/v1/reputation/{peer}", context => ApiBody.WriteAsync(
            context, Explain(context, node), ApiJson.Default.ReputationExplanation));
        routes.MapGet("/v1/evidence/{subject}", context => ApiBody.WriteAsync(
            context,
            node.Evidence.Export((string)context.Request.RouteValues["subject"]!),
            ApiJson.Default.EvidenceExport));
    }

    private static ReputationExplanation Explain(HttpContext context, Node node)
    {
        string text = (string)context.Request.RouteValues["peer"]!;
        return PeerId.TryParse(text, out PeerId peer)
            ? new ReputationExplanation(
                ReputationViews.Of(node.Reputation.Of(peer)),
                [.. node.Reputation.Explain(peer).Select(ReputationViews.Of)])
            : throw new ApiException("invalid", $"'{text}' is not a peer id; one looks like 12D3KooW…");
    }
}
