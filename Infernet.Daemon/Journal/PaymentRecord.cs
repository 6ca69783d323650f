using Dapper;
using Infernet.Solana.Keys;
using Microsoft.Data.Sqlite;

namespace Infernet.Daemon.Journal;

/// <summary>What a shard of a job was paid.</summary>
internal sealed record PaymentRecord(
    long Job, long Shard, int Attempt, string Provider, Address Channel, ulong Amount, DateTimeOffset At)
    : Charge(Provider, Channel, Amount, At)
{
    public override (ulong Shard, uint Attempt) Names => ((ulong)Shard, (uint)Attempt);

    public override string What => $"Shard {Shard}";

    public override bool IsPaid(SqliteConnection connection) => connection.ExecuteScalar<long>(
        "SELECT count(*) FROM payments WHERE job = @Job AND shard = @Shard AND attempt = @Attempt",
        new { Job, Shard, Attempt }) > 0;

    public override void Insert(SqliteConnection connection) => connection.Run(
        """
        INSERT INTO payments(job, shard, attempt, provider, channel, amount, at_ms)
        VALUES(@job, @shard, @attempt, @provider, @channel, @amount, @at)
        """,
        ("@job", Job), ("@shard", Shard), ("@attempt", Attempt), ("@provider", Provider),
        ("@channel", Channel.ToArray()), ("@amount", (long)Amount), ("@at", At.ToUnixTimeMilliseconds()));
}
