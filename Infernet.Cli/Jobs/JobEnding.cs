using Infernet.Cli.Client;
using Infernet.Cli.Commands;
using Infernet.Core.Api;

namespace Infernet.Cli.Jobs;

/// <summary>Says how a job ended, checks that every answer rests on a verified receipt, and finds the exit code.</summary>
internal static class JobEnding
{
    /// <param name="context">Where to say it.</param>
    /// <param name="job">The job, ended.</param>
    /// <param name="written">What was printed; null if no answer was.</param>
    /// <param name="quiet">Whether to leave the summary out; problems are said all the same.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<int> ReportAsync(
        CommandContext context,
        JobStatus job,
        ResultWriter? written,
        bool quiet,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<ReceiptView> receipts = await context.Api.GetAsync(
            $"{ApiRequest.JobPath(job.Id)}/receipts", ApiJson.Default.IReadOnlyListReceiptView, cancellationToken);
        HashSet<string> verified = [.. receipts.Where(r => r.Verified).Select(r => r.Hash)];
        int unverified = written?.Receipts.Count(hash => !verified.Contains(hash)) ?? 0;
        int exitCode = ExitCode.For(job);
        bool doubtful = RequiresMore(context, written);
        if (exitCode == ExitCode.Done && (unverified > 0 || doubtful))
        {
            exitCode = ExitCode.NotVerified;
        }

        var terminal = context.Terminal;
        if (context.Json)
        {
            context.WriteJson(job, ApiJson.Default.JobStatus);
        }
        else if (!quiet && exitCode == ExitCode.Done && written is not null && job.TotalItems == 1)
        {
            // Who asks one question wants the answer.
            JobView.WriteSentence(terminal.Error, terminal.ErrorInk, job, context.Time.GetUtcNow());
        }
        else if (!quiet || exitCode != ExitCode.Done)
        {
            JobView.WriteSummary(
                terminal.Error, terminal.ErrorInk, terminal.Width(), job, receipts, context.Time.GetUtcNow());
        }

        if (unverified > 0)
        {
            var error = new ApiError
            {
                Code = "not-verified",
                Message = $"{unverified} of the receipts that the answers name did not verify: "
                    + $"'infernet job show {job.Id} --receipts' lists them.",
            };
            ErrorReport.Write(terminal, error, context.Json);
        }

        if (doubtful)
        {
            SayDoubtful(context, job.Id, written!);
        }

        return exitCode;
    }

    /// <summary>Whether --require-verified asks for more than there is.</summary>
    public static bool RequiresMore(CommandContext context, ResultWriter? written) =>
        written is { Doubtful: > 0 } && context.Value(JobSubmitCommand.RequireVerified);

    /// <summary>Says how many answers are doubtful.</summary>
    public static void SayDoubtful(CommandContext context, string job, ResultWriter written) => ErrorReport.Write(
        context.Terminal,
        new ApiError
        {
            Code = "not-verified",
            Message = $"{written.Doubtful} answers are disputed, or their audit could not be held: "
                + $"'infernet job results {job} --json' says which.",
        },
        context.Json);
}
