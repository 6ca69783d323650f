using Infernet.Core.Api;
using Infernet.Daemon.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Infernet.Daemon.Api;

/// <summary>Models: what is in the store, adding, fetching, removing.</summary>
internal static class ModelEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, Node node)
    {
        routes.MapGet("/v1/models", context =>
            ApiBody.WriteAsync(context, node.Models.List(), ApiJson.Default.IReadOnlyListModelStatus));
        routes.MapPost("/v1/models/add", context => AddAsync(context, node));
        routes.MapPost("/v1/models/pull", context => PullAsync(context, node));
        routes.MapDelete("/v1/models/{reference}", context => RemoveAsync(context, node));
    }

    private static async Task AddAsync(HttpContext context, Node node)
    {
        AddModelRequest request = await ApiBody.ReadAsync(context, ApiJson.Default.AddModelRequest);
        if (!Path.IsPathFullyQualified(request.Path))
        {
            throw new ApiException("invalid", $"path must be absolute, is '{request.Path}'.");
        }

        await StreamAsync(context, node.Models.AddAsync(request, context.RequestAborted));
    }

    private static async Task PullAsync(HttpContext context, Node node)
    {
        PullModelRequest request = await ApiBody.ReadAsync(context, ApiJson.Default.PullModelRequest);
        await StreamAsync(context, node.Models.PullAsync(request, context.RequestAborted));
    }

    private static async Task RemoveAsync(HttpContext context, Node node)
    {
        string reference = (string)context.Request.RouteValues["reference"]!;
        ModelStatus removed = await node.Models.RemoveAsync(reference, context.RequestAborted);
        await ApiBody.WriteAsync(context, removed, ApiJson.Default.ModelStatus);
    }

    private static Task StreamAsync(HttpContext context, IAsyncEnumerable<ModelProgress> progress) =>
        ApiBody.WriteLinesAsync(context, WithError(progress), ApiJson.Default.ModelProgress, startAtOnce: false);

    // After the first line there is no status left to send: a later failure is the last line.
    private static async IAsyncEnumerable<ModelProgress> WithError(IAsyncEnumerable<ModelProgress> progress)
    {
        await using IAsyncEnumerator<ModelProgress> source = progress.GetAsyncEnumerator();
        for (bool first = true; ; first = false)
        {
            ModelProgress? failed = null;
            try
            {
                if (!await source.MoveNextAsync())
                {
                    yield break;
                }
            }
            catch (ApiException problem) when (!first)
            {
                failed = new ModelProgress { Stage = "failed", Error = problem.Error };
            }

            yield return failed ?? source.Current;
            if (failed is not null)
            {
                yield break;
            }
        }
    }
}
