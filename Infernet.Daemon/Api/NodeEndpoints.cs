using Infernet.Core.Api;
using Infernet.Daemon.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Infernet.Daemon.Api;

/// <summary>The node itself: how it is, and stopping it.</summary>
internal static class NodeEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, Node node, Action stop)
    {
        routes.MapGet("/v1/node", context => ApiBody.WriteAsync(context, node.Status(), ApiJson.Default.NodeStatus));
        routes.MapPost("/v1/node/stop", context =>
        {
            // The answer says "accepted"; that the socket is gone says "done".
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            context.Response.OnCompleted(() =>
            {
                stop();
                return Task.CompletedTask;
            });
            return Task.CompletedTask;
        });
    }
}
