using System.Globalization;
using Infernet.Cli.Terminals;
using Infernet.Core.Api;

namespace Infernet.Cli.Jobs;

/// <summary>Shows jobs to people.</summary>
internal static class JobView
{
    public static void WriteList(Terminal terminal, IReadOnlyList<JobStatus> jobs, DateTimeOffset now)
    {
        var sheet = new Sheet("JOB", "STATE", ">DONE", "MODEL", ">TOKENS", ">PROVIDERS", "STARTED");
        foreach (JobStatus job in jobs.OrderByDescending(j => j.CreatedAt))
        {
            sheet.Add(
                Units.ShortJob(job.Id),
                SheetCell.State(job.State),
                $"{job.DoneItems} of {job.TotalItems}",
                terminal.OutInk.Safe(job.Model),
                Units.Count(job.CompletionTokens),
                job.Providers.Count.ToString(CultureInfo.InvariantCulture),
                $"{Units.Duration(now - job.CreatedAt)} ago");
        }

        terminal.Out.Write(sheet.Render(terminal.OutInk, terminal.Width()));
    }

    /// <summary>Everything about one job.</summary>
    public static void Write(TextWriter output, Ink ink, int? width, JobStatus job, DateTimeOffset now)
    {
        Line("job", ink.Bold(job.Id));
        Line("state", job.State);
        Line("kind", job.Kind);
        Line("model", ink.Safe(job.ModelCid is { } cid && cid != job.Model ? $"{job.Model} ({cid})" : job.Model));
        string failed = job.FailedItems > 0 ? $", {Units.Count(job.FailedItems)} with an error" : "";
        Line("inputs", $"{Units.Count(job.DoneItems)} of {Units.Count(job.TotalItems)} done{failed}");
        Line("tokens", $"{Units.Count(job.PromptTokens)} read, {Units.Count(job.CompletionTokens)} generated");
        Line("time", Units.Duration((job.FinishedAt ?? now) - job.CreatedAt));
        if (job.Deadline is { } deadline && job.FinishedAt is null)
        {
            Line("deadline", $"in {Units.Duration(deadline - now)}");
        }

        if (job.Verification is { } verification && VerificationWords.Sums(verification) is { } audits)
        {
            Line("verified", audits);
        }

        if (job.Payment is { } payment)
        {
            Line("paid", PaymentWords.Sums(payment));
        }

        WriteError(output, ink, job);
        WriteDebts(output, ink, job);
        if (job.Providers.Count > 0)
        {
            output.WriteLine();
            output.Write(Providers(job).Render(ink, width));
        }

        if (job.Payment is { Auditors.Count: > 0 } paying)
        {
            output.WriteLine();
            output.Write(Auditors(paying).Render(ink, width));
        }

        WriteRejections(output, ink, job);

        void Line(string name, string value) => output.WriteLine($"{ink.Dim(name.PadRight(9))} {value}");
    }

    /// <summary>How a job ended: one sentence, who did what, and whether the receipts hold.</summary>
    public static void WriteSummary(
        TextWriter output, Ink ink, int? width, JobStatus job, IReadOnlyList<ReceiptView> receipts, DateTimeOffset now)
    {
        WriteSentence(output, ink, job, now);
        WriteError(output, ink, job);
        WriteDebts(output, ink, job);
        if (job.Providers.Count > 0)
        {
            output.Write(Providers(job).Render(ink, width));
        }

        if (job.Verification is { } verification && VerificationWords.Sums(verification) is { } audits)
        {
            output.WriteLine($"Audits: {audits}.");
        }

        if (job.Payment is { } payment)
        {
            output.WriteLine($"Paid: {PaymentWords.Sums(payment)}.");
        }

        int bad = receipts.Count(r => !r.Verified);
        if (receipts.Count > 0)
        {
            string verified = $"{receipts.Count - bad} of {receipts.Count} receipts verified.";
            output.WriteLine(bad == 0 ? verified : ink.Red(verified));
        }
    }

    /// <summary>How a job ended, in one line.</summary>
    public static void WriteSentence(TextWriter output, Ink ink, JobStatus job, DateTimeOffset now)
    {
        string state = job.State switch
        {
            "done" => ink.Green(job.State),
            "partial" or "cancelled" => ink.Yellow(job.State),
            _ => ink.Red(job.State),
        };
        string failed = job.FailedItems > 0 ? $" ({Units.Count(job.FailedItems)} with an error)" : "";
        string paid = job.Payment is { Paid: > 0 } payment && job.TotalItems == 1
            ? $", {PaymentWords.Show(payment.Paid, payment)} paid" : "";
        output.WriteLine(
            $"Job {Units.ShortJob(job.Id)} {state}: {Units.Count(job.DoneItems)} of {Units.Count(job.TotalItems)}{failed} "
            + $"in {Units.Duration((job.FinishedAt ?? now) - job.CreatedAt)}, "
            + $"{Units.Count(job.CompletionTokens)} tokens generated{paid}.");
    }

    public static void WriteReceipts(Terminal terminal, IReadOnlyList<ReceiptView> receipts)
    {
        var sheet = new Sheet(">SHARD", "PROVIDER", ">INPUTS", ">TOKENS", ">TIME", "VERIFIED", "ENGINE", "RECEIPT");
        foreach (ReceiptView receipt in receipts.OrderBy(r => r.Shard))
        {
            sheet.Add(
                receipt.Shard.ToString(CultureInfo.InvariantCulture),
                Units.ShortPeer(receipt.Provider),
                Units.Count(receipt.Items),
                Units.Count(receipt.CompletionTokens),
                Units.Duration(receipt.FinishedAt - receipt.StartedAt),
                receipt.Verified ? SheetCell.Good("yes") : SheetCell.Bad("no"),
                terminal.OutInk.Safe(receipt.Engine),
                SheetCell.Dim(receipt.Hash));
        }

        terminal.Out.Write(sheet.Render(terminal.OutInk, terminal.Width()));
    }

    private static Sheet Providers(JobStatus job)
    {
        string[] columns = ["PROVIDER", ">INPUTS", ">SHARDS", ">FAILED", ">TOKENS", ">RECEIPTS", ">AUDITED", ">PASSED", ">REJECTED"];
        var sheet = new Sheet([.. columns, .. job.Payment is null ? [] : (string[])[">PAID"], "STATE", ""]);
        foreach (JobProvider provider in job.Providers)
        {
            SheetCell[] paid = job.Payment is { } payment ? [PaymentWords.Show(provider.Paid, payment)] : [];
            sheet.Add([
                Units.ShortPeer(provider.PeerId),
                Units.Count(provider.Items),
                Units.Count(provider.Shards),
                Units.Count(provider.FailedShards),
                Units.Count(provider.CompletionTokens),
                Units.Count(provider.Receipts),
                Units.Count(provider.Audited),
                Units.Count(provider.Passed),
                provider.Rejected > 0 ? SheetCell.Bad(Units.Count(provider.Rejected)) : Units.Count(provider.Rejected),
                .. paid,
                SheetCell.State(provider.State),
                SheetCell.Dim(provider.Detail ?? "")]);
        }

        return sheet;
    }

    private static Sheet Auditors(JobPayment payment)
    {
        var sheet = new Sheet("AUDITOR", ">AUDITS", ">PAID");
        foreach (JobAuditor auditor in payment.Auditors)
        {
            sheet.Add(
                Units.ShortPeer(auditor.PeerId), Units.Count(auditor.Audits), PaymentWords.Show(auditor.Amount, payment));
        }

        return sheet;
    }

    private static void WriteDebts(TextWriter output, Ink ink, JobStatus job)
    {
        foreach (string debt in job.Payment is { } payment ? PaymentWords.Debts(payment) : [])
        {
            output.WriteLine(ink.Red(ink.Safe(debt)));
        }
    }

    private static void WriteRejections(TextWriter output, Ink ink, JobStatus job)
    {
        if (job.Verification is not { Rejections: { Count: > 0 } rejections })
        {
            return;
        }

        output.WriteLine();
        output.WriteLine("Answers that were taken back and computed again elsewhere:");
        foreach (IGrouping<(string Provider, string Reason), JobRejection> alike in rejections
            .GroupBy(r => (r.Provider, r.Reason)))
        {
            output.WriteLine(
                $"  {Units.Count(alike.Count())} by {Units.ShortPeer(alike.Key.Provider)} "
                + $"(inputs {Ranges.Of(alike.Select(r => r.Index))}): {ink.Safe(alike.Key.Reason)}");
        }
    }

    private static void WriteError(TextWriter output, Ink ink, JobStatus job)
    {
        if (job.Error is not { } error)
        {
            return;
        }

        output.WriteLine(ink.Red(ink.Safe(error.Message)));
        foreach (string detail in error.Details)
        {
            output.WriteLine($"  {ink.Safe(detail)}");
        }
    }
}
