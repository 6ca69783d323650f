using Infernet.Core.Api;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs;

/// <summary>Shows the journal's rows in the API's form. Pure.</summary>
internal static class JobViews
{
    public static JobResult Of(OutputRecord output, ItemVerification verification) => new()
    {
        Index = output.Index,
        Id = output.Name,
        Output = output.Output,
        Embedding = output.Embedding,
        FinishReason = output.FinishReason,
        Error = output.Error,
        PromptTokens = output.PromptTokens,
        CompletionTokens = output.CompletionTokens,
        Provider = output.Provider,
        Receipt = Convert.ToHexStringLower(output.Receipt),
        Verification = verification,
    };

    /// <summary>Only receipts that were found right are in the journal.</summary>
    public static ReceiptView Of(ReceiptRecord receipt) => new()
    {
        Hash = Convert.ToHexStringLower(receipt.Hash),
        Provider = receipt.Provider,
        Shard = receipt.Shard,
        Items = receipt.Items,
        CompletionTokens = receipt.CompletionTokens,
        StartedAt = At(receipt.StartedUnixUs),
        FinishedAt = At(receipt.FinishedUnixUs),
        Engine = receipt.Engine,
        Verified = true,
        Envelope = Convert.ToBase64String(receipt.Envelope),
    };

    private static DateTimeOffset At(long unixUs) =>
        DateTimeOffset.UnixEpoch + TimeSpan.FromTicks(unixUs * TimeSpan.TicksPerMicrosecond);
}
