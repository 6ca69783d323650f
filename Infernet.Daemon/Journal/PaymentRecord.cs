using Infernet.Solana.Keys;

namespace Infernet.Daemon.Journal;

/// <summary>What a shard of a job was paid.</summary>
internal sealed record PaymentRecord(
    long Job, long Shard, int Attempt, string Provider, Address Channel, ulong Amount, DateTimeOffset At);
