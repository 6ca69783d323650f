using Infernet.Core.Schemas;

namespace Infernet.Daemon.Jobs.Providing;

/// <summary>What a provider does about a message of the aggregator.</summary>
internal abstract record SessionStep
{
    /// <summary>Nothing.</summary>
    public sealed record Ignore : SessionStep;

    /// <summary>Send this.</summary>
    public sealed record Reply(JobMessage Message) : SessionStep;

    /// <summary>Send this, and close.</summary>
    public sealed record Close(JobMessage Message) : SessionStep;

    /// <summary>The offer makes sense: find out whether it pays, and tell the session.</summary>
    public sealed record Consider(Offer Offer) : SessionStep;

    /// <summary>Take a voucher.</summary>
    public sealed record Pay(Payment Payment) : SessionStep;

    /// <summary>A shard that was delivered will not be paid.</summary>
    public sealed record Withhold(PaymentWithheld Withheld) : SessionStep;

    /// <summary>Compute a shard.</summary>
    public sealed record Begin(Shard Shard) : SessionStep;

    /// <summary>Keep this: work that both sides signed for.</summary>
    public sealed record Keep(AcknowledgedReceipt Fact) : SessionStep;

    /// <summary>Stop a shard.</summary>
    public sealed record Cancel(ulong Shard) : SessionStep;

    /// <summary>The aggregator broke the protocol: reset the stream.</summary>
    public sealed record Violation(string Reason) : SessionStep;
}
