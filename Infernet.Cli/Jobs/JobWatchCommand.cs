using System.CommandLine;
using Infernet.Cli.Client;
using Infernet.Cli.Commands;
using Infernet.Cli.Terminals;
using Infernet.Core.Api;

namespace Infernet.Cli.Jobs;

/// <summary><c>infernet job watch</c>: progress until the job ends; the exit code is the job's.</summary>
internal static class JobWatchCommand
{
    public static Command Create(Argument<string> id) => new CliCommand(
        "watch",
        "Show a job's progress until it ends; the exit code says how. Ctrl-C leaves the job running.",
        "infernet job watch 3f2a",
        "infernet job watch 3f2a --json | jq -r .message")
        .With(id)
        .Runs((context, cancellationToken) => RunAsync(context, context.Value(id), cancellationToken));

    private static async Task<int> RunAsync(CommandContext context, string id, CancellationToken cancellationToken)
    {
        JobStatus job =
            await context.Api.GetAsync(ApiRequest.JobPath(id), ApiJson.Default.JobStatus, cancellationToken);
        var view = new JobProgressView(context.Terminal, context.Time, quiet: context.Json, isShort: false);
        var follower = new JobFollower(context.Api, context.Time, job.Id)
        {
            WantsEvents = true,
            WantsStatus = view.IsLive,
        };
        try
        {
            job = await follower.RunAsync(Handle, cancellationToken);
        }
        finally
        {
            view.Clear();
        }

        return await JobEnding.ReportAsync(context, job, null, quiet: false, cancellationToken);

        void Handle(JobUpdate update)
        {
            if (update.Status is { } status)
            {
                view.Draw(status);
            }
            else if (context.Json)
            {
                context.Terminal.Out.WriteLine(JsonLine.Of(update.Event!, ApiJson.Default.JobEvent));
                context.Terminal.Out.Flush();
            }
            else
            {
                view.Show(update.Event!);
            }
        }
    }
}
