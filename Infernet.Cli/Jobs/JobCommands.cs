using System.CommandLine;
using Infernet.Cli.Client;
using Infernet.Cli.Commands;
using Infernet.Core.Api;

namespace Infernet.Cli.Jobs;

/// <summary><c>infernet job …</c>: jobs that were submitted to this node.</summary>
internal static class JobCommands
{
    private static readonly Argument<string> Id = new("ID") { Description = "A job's id, or how it begins." };

    private static readonly Option<bool> Receipts = new("--receipts")
    {
        Description = "Show the providers' signed receipts instead.",
    };

    private static readonly Option<string?> Budget = new("--budget")
    {
        Description = "Most that the job may pay in all from now on, such as \"0.02 SOL\".",
        HelpName = "AMOUNT",
    };

    public static Command Create() => new CliCommand("job", "Submit jobs, and look after them.").With(
        JobSubmitCommand.Create(),
        new CliCommand("list", "List the jobs of this node, the newest first.", "infernet job list")
            .Runs(ListAsync),
        new CliCommand(
            "show",
            "Show one job: its state, who did what, and why it failed if it did.",
            "infernet job show 3f2a",
            "infernet job show 3f2a --receipts")
            .With(Id, Receipts)
            .Runs(ShowAsync),
        JobWatchCommand.Create(Id),
        JobResultsCommand.Create(Id),
        new CliCommand("cancel", "End a job; what is answered already stays.", "infernet job cancel 3f2a")
            .With(Id)
            .Runs((context, cancellationToken) => ChangeAsync(context, "cancel", cancellationToken)),
        new CliCommand(
            "resume",
            "Go on with a job that failed, was cancelled or ended partially: only what has no answer yet runs.",
            "infernet job resume 3f2a",
            "infernet job resume 3f2a --budget \"0.02 SOL\"")
            .With(Id, Budget)
            .Runs((context, cancellationToken) => ChangeAsync(context, "resume", cancellationToken)));

    private static Task<int> ListAsync(CommandContext context, CancellationToken cancellationToken) => Listing.RunAsync(
        context, "v1/jobs", ApiJson.Default.IReadOnlyListJobStatus,
        "No job was submitted to this node yet; see 'infernet job submit --help'.",
        jobs => JobView.WriteList(context.Terminal, jobs, context.Time.GetUtcNow()), cancellationToken);

    private static async Task<int> ShowAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string path = ApiRequest.JobPath(context.Value(Id));
        if (context.Value(Receipts))
        {
            return await Listing.RunAsync(
                context, $"{path}/receipts", ApiJson.Default.IReadOnlyListReceiptView,
                "No provider has signed a receipt for this job yet.",
                receipts => JobView.WriteReceipts(context.Terminal, receipts), cancellationToken);
        }

        JobStatus job = await context.Api.GetAsync(path, ApiJson.Default.JobStatus, cancellationToken);
        if (context.Json)
        {
            context.WriteJson(job, ApiJson.Default.JobStatus);
        }
        else
        {
            var terminal = context.Terminal;
            JobView.Write(terminal.Out, terminal.OutInk, terminal.Width(), job, context.Time.GetUtcNow());
        }

        return ExitCode.Done;
    }

    private static async Task<int> ChangeAsync(
        CommandContext context, string verb, CancellationToken cancellationToken)
    {
        string path = $"{ApiRequest.JobPath(context.Value(Id))}/{verb}";
        HttpContent? body = verb == "resume" && context.Value(Budget) is { } budget
            ? ApiRequest.Json(new ResumeJobRequest(budget), ApiJson.Default.ResumeJobRequest)
            : null;
        JobStatus job = await context.Api.PostAsync(path, body, ApiJson.Default.JobStatus, cancellationToken);
        if (context.Json)
        {
            context.WriteJson(job, ApiJson.Default.JobStatus);
        }
        else
        {
            context.Terminal.Out.WriteLine(
                $"Job {job.Id} is {job.State}: {job.DoneItems} of {job.TotalItems} done.");
        }

        return ExitCode.Done;
    }
}
