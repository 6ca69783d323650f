using Google.Protobuf;
using Infernet.Core.Schemas;

namespace Infernet.Daemon.Jobs.Wire;

/// <summary>Wraps the protocol's bodies into messages.</summary>
internal static class JobMessages
{
    public static JobMessage Of(Offer offer) => new() { Offer = offer };

    public static JobMessage Of(Accept accept) => new() { Accept = accept };

    public static JobMessage Of(Shard shard) => new() { Shard = shard };

    public static JobMessage Of(ReceiptAcknowledged acknowledged) => new() { ReceiptAcknowledged = acknowledged };

    public static JobMessage Of(Payment payment) => new() { Payment = payment };

    public static JobMessage Of(PaymentWithheld withheld) => new() { PaymentWithheld = withheld };

    public static JobMessage CreditRaised(ulong credit) => new() { CreditRaised = new CreditRaised { Credit = credit } };

    public static JobMessage Decline(Decline.Types.Reason reason, string message) =>
        new() { Decline = new Decline { Reason = reason, Message = message } };

    public static JobMessage ItemDone(
        ulong shard, uint attempt, ItemOutput output, uint promptTokens = 0, uint completionTokens = 0) => new()
    {
        ItemDone = new ItemDone
        {
            ShardId = shard, Attempt = attempt, Output = output, PromptTokens = promptTokens,
            CompletionTokens = completionTokens,
        },
    };

    public static JobMessage ShardDone(ulong shard, uint attempt, byte[] envelope, ReceiptItems items) => new()
    {
        ShardDone = new ShardDone
        {
            ShardId = shard, Attempt = attempt, ReceiptEnvelope = UnsafeByteOperations.UnsafeWrap(envelope),
            Items = items,
        },
    };

    public static JobMessage ShardFailed(ulong shard, uint attempt, string message) =>
        new() { ShardFailed = new ShardFailed { ShardId = shard, Attempt = attempt, Message = message } };

    public static JobMessage CancelShard(ulong shard) => new() { CancelShard = new CancelShard { ShardId = shard } };
}
