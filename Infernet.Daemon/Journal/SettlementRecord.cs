namespace Infernet.Daemon.Journal;

/// <summary>A payment that a channel made on the chain. Amounts in the smallest unit.</summary>
/// <param name="Channel">The channel, in base58.</param>
/// <param name="Total">Everything that it has paid since it opened, with this.</param>
/// <param name="Amount">What was paid.</param>
/// <param name="Received">This node's share of it.</param>
/// <param name="NetworkFee">What the transaction cost this node, in lamports; 0 if somebody else sent it.</param>
/// <param name="Transaction">Its id; null if somebody else sent it.</param>
/// <param name="At">When this node heard of it.</param>
internal sealed record SettlementRecord(
    string Channel, long Total, long Amount, long Received, long NetworkFee, string? Transaction, DateTimeOffset At);
