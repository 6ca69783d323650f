using Infernet.Cli.Client;
using Infernet.Cli.Commands;
using Infernet.Core.Api;

namespace Infernet.Cli.Jobs;

/// <summary>Says how a job ended, checks that every answer rests on a verified receipt, and finds the exit code.</summary>
internal static class JobEnding
{
    /// <param name="context">Where to say it.</param>
    /// <param name="job">The job, ended.</param>
    /// <param name="used">Hashes of the receipts that the printed answers name; empty if none were printed.</param>
    /// <param name="quiet">Whether to leave the summary out; problems are said all the same.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<int> ReportAsync(
        CommandContext context,
        JobStatus job,
        IReadOnlySet<string> used,
        bool quiet,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<ReceiptView> receipts = await context.Api.GetAsync(
            $"{ApiRequest.JobPath(job.Id)}/receipts", ApiJson.Default.IReadOnlyListReceiptView, cancellationToken);
        HashSet<string> verified = [.. receipts.Where(r => r.Verified).Select(r => r.Hash)];
        int unverified = used.Count(hash => !verified.Contains(hash));
        int exitCode = ExitCode.For(job);
        if (exitCode == ExitCode.Done && unverified > 0)
        {
            exitCode = ExitCode.NotVerified;
        }

        var terminal = context.Terminal;
        if (context.Json)
        {
            context.WriteJson(job, ApiJson.Default.JobStatus);
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

        return exitCode;
    }
}
