using System.CommandLine;
using Infernet.Cli.Client;
using Infernet.Cli.Commands;
using Infernet.Cli.Terminals;
using Infernet.Core.Api;

namespace Infernet.Cli.Jobs;

/// <summary><c>infernet job results</c>: the answers that there are, or with --follow all of them.</summary>
internal static class JobResultsCommand
{
    private static readonly Option<bool> Follow = new("--follow", "-f")
    {
        Description = "Wait for results that are still to come, until the job ends.",
    };

    public static Command Create(Argument<string> id) => new CliCommand(
        "results",
        "Print a job's results in the order of its inputs.",
        "infernet job results 3f2a",
        "infernet job results 3f2a --follow --json --output results.jsonl")
        .With(id, Follow, JobSubmitCommand.Output, JobSubmitCommand.RequireVerified)
        .Runs((context, cancellationToken) => RunAsync(context, context.Value(id), cancellationToken));

    private static async Task<int> RunAsync(CommandContext context, string id, CancellationToken cancellationToken)
    {
        string path = ApiRequest.JobPath(id);
        JobStatus job = await context.Api.GetAsync(path, ApiJson.Default.JobStatus, cancellationToken);
        using OutputFile? file =
            context.Value(JobSubmitCommand.Output) is { } output ? OutputFile.Create(output) : null;
        var writer = new ResultWriter(
            file?.Writer ?? context.Terminal.Out,
            file is null ? context.Terminal.OutInk : new Ink(false, false),
            context.Json,
            single: job.TotalItems == 1);
        string query = context.Value(Follow) ? "true" : "false";
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{path}/results?follow={query}");
        await foreach (JobResult result in context.Api.StreamAsync(
            request, ApiJson.Default.JobResult, cancellationToken))
        {
            writer.Write(result);
        }

        file?.Commit();
        job = await context.Api.GetAsync(path, ApiJson.Default.JobStatus, cancellationToken);
        if (writer.Count < job.TotalItems && !context.Json)
        {
            context.Terminal.Error.WriteLine(
                $"{writer.Count} of {job.TotalItems} results; the job is {job.State}.");
        }

        int exitCode = context.Value(Follow) ? ExitCode.For(job) : ExitCode.Done;
        if (JobEnding.RequiresMore(context, writer))
        {
            JobEnding.SayDoubtful(context, job.Id, writer);
            exitCode = exitCode == ExitCode.Done ? ExitCode.NotVerified : exitCode;
        }

        return exitCode;
    }
}
