using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;

namespace Infernet.Daemon.Jobs.Providing;

/// <summary>What a provider says it did for one shard, before it is signed.</summary>
internal static class ShardReceipt
{
    public static Receipt Of(
        ProviderSession session, ShardWork work, ReceiptItems items, PeerId provider, PeerId aggregator,
        DateTimeOffset finishedAt) => new()
    {
        JobId = session.Offer!.JobId,
        ShardId = work.Shard.ShardId,
        Attempt = work.Shard.Attempt,
        Provider = provider.ToByteString(),
        Aggregator = aggregator.ToByteString(),
        OfferHash = ByteString.CopyFrom(session.OfferHash),
        ModelRoot = session.Offer.ModelRoot,
        Engine = session.Engine!.Engine,
        StartedUnixUs = Microseconds(work.StartedAt),
        FinishedUnixUs = Microseconds(finishedAt),
        ItemsRoot = UnsafeByteOperations.UnsafeWrap(ItemsRoot.Of(items)),
        ItemCount = (uint)items.Items.Count,
        PromptTokens = (ulong)items.Items.Sum(l => (long)l.PromptTokens),
        CompletionTokens = (ulong)items.Items.Sum(l => (long)l.CompletionTokens),
    };

    private static long Microseconds(DateTimeOffset at) =>
        (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
