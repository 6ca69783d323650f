using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Auditing;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>Puts a receipt and the outputs that it covers into the journal's form.</summary>
internal static class Deliveries
{
    public static Delivery Of(
        PeerId provider, ProviderOffer offer, OutstandingAttempt attempt, byte[] envelope, Receipt receipt,
        ReceiptItems items)
    {
        byte[] hash = ReceiptEnvelope.HashOf(envelope);
        string name = provider.ToString();
        var outputs = new Dictionary<int, OutputRecord>(items.Items.Count);
        foreach (ItemReceipt line in items.Items)
        {
            ItemOutput output = attempt.Outputs[line.Index];
            bool failed = line.FinishReason == FinishReason.Error;
            outputs.Add((int)line.Index, new OutputRecord
            {
                Index = (int)line.Index,
                Output = failed || output.Embedding.Count > 0 ? null : output.Text,
                Embedding = output.Embedding.Count > 0 ? [.. output.Embedding] : null,
                FinishReason = line.FinishReason,
                Error = failed ? output.Error : null,
                PromptTokens = (int)Math.Min(line.PromptTokens, int.MaxValue),
                CompletionTokens = (int)line.CompletionTokens,
                Provider = name,
                Receipt = hash,
            });
        }

        return new Delivery(
            new ReceiptRecord
            {
                Hash = hash,
                Shard = attempt.Id.Shard,
                Provider = name,
                Items = items.Items.Count,
                CompletionTokens = (long)receipt.CompletionTokens,
                StartedUnixUs = receipt.StartedUnixUs,
                FinishedUnixUs = receipt.FinishedUnixUs,
                Engine = Describe(receipt.Engine),
                Envelope = envelope,
                Lines = items.ToByteArray(),
            },
            outputs,
            new AuditMaterial(offer, receipt, items, attempt.Items, attempt.Outputs));
    }

    private static string Describe(EngineDescription engine) =>
        $"{engine.Name} {engine.Build}, {engine.Device}, {engine.CpuVariant}";
}
