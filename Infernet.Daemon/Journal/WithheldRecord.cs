namespace Infernet.Daemon.Journal;

/// <summary>What a shard of a job was not paid, and why.</summary>
internal sealed record WithheldRecord(
    long Job, long Shard, int Attempt, string Provider, ulong Amount, string Reason, DateTimeOffset At);
