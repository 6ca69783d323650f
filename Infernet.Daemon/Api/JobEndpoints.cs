using System.Globalization;
using Infernet.Core.Api;
using Infernet.Core.Jobs;
using Infernet.Daemon.Jobs;
using Infernet.Daemon.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Infernet.Daemon.Api;

/// <summary>Jobs: submitting, watching, results, receipts, cancelling and resuming.</summary>
internal static class JobEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, Node node, ApiOptions options)
    {
        routes.MapPost("/v1/jobs", context => SubmitAsync(context, node.Jobs, options));
        routes.MapGet("/v1/jobs", context =>
            ApiBody.WriteAsync(context, node.Jobs.List(), ApiJson.Default.IReadOnlyListJobStatus));
        routes.MapGet("/v1/jobs/{id}", context =>
            ApiBody.WriteAsync(context, node.Jobs.Get(Id(context)), ApiJson.Default.JobStatus));
        routes.MapGet("/v1/jobs/{id}/events", context => WatchAsync(context, node.Jobs));
        routes.MapGet("/v1/jobs/{id}/results", context => ResultsAsync(context, node.Jobs));
        routes.MapGet("/v1/jobs/{id}/receipts", context => ApiBody.WriteAsync(
            context, node.Jobs.Receipts(Id(context)), ApiJson.Default.IReadOnlyListReceiptView));
        routes.MapPost("/v1/jobs/{id}/cancel", async context => await ApiBody.WriteAsync(
            context, await node.Jobs.CancelAsync(Id(context), context.RequestAborted), ApiJson.Default.JobStatus));
        routes.MapPost("/v1/jobs/{id}/resume", context => ResumeAsync(context, node.Jobs));
    }

    private static async Task ResumeAsync(HttpContext context, JobService jobs)
    {
        string? budget = context.Request.ContentLength is null or 0
            ? null
            : (await ApiBody.ReadAsync(context, ApiJson.Default.ResumeJobRequest)).Budget;
        JobStatus job = await jobs.ResumeAsync(Id(context), budget, context.RequestAborted);
        await ApiBody.WriteAsync(context, job, ApiJson.Default.JobStatus);
    }

    private static async Task SubmitAsync(HttpContext context, JobService jobs, ApiOptions options)
    {
        ReadOnlyMemory<byte> json = await ApiBody.ReadBytesAsync(context, options.MaxSpecificationLength);
        JobSpecification specification = JobSpecificationReader.ReadJson(json);
        JobStatus job = await jobs.SubmitAsync(specification, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = $"/v1/jobs/{job.Id}";
        await ApiBody.WriteAsync(context, job, ApiJson.Default.JobStatus);
    }

    private static Task WatchAsync(HttpContext context, JobService jobs)
    {
        long after = 0;
        if (context.Request.Query["after"].ToString() is { Length: > 0 } text
            && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            throw new ApiException("invalid", $"after must be a whole number, 0 or more, is '{text}'.");
        }

        JobStatus job = jobs.Get(Id(context));
        return ApiBody.WriteLinesAsync(
            context, jobs.WatchAsync(job.Id, after, context.RequestAborted), ApiJson.Default.JobEvent, startAtOnce: true);
    }

    private static Task ResultsAsync(HttpContext context, JobService jobs)
    {
        bool follow = context.Request.Query["follow"].ToString() switch
        {
            "" or "false" => false,
            "true" => true,
            var text => throw new ApiException("invalid", $"follow must be true or false, is '{text}'."),
        };
        JobStatus job = jobs.Get(Id(context));
        return ApiBody.WriteLinesAsync(
            context, jobs.ResultsAsync(job.Id, follow, context.RequestAborted), ApiJson.Default.JobResult,
            startAtOnce: true);
    }

    private static string Id(HttpContext context) => (string)context.Request.RouteValues["id"]!;
}
