namespace Infernet.Daemon.Payments.Earning;

/// <summary>How much of an intent's ceiling is used. Changed under the lock of its payer's gate.</summary>
internal sealed class IntentUse(ulong ceiling)
{
    public ulong Ceiling { get; } = ceiling;

    /// <summary>What the shards that ended cost.</summary>
    public ulong Used { get; set; }

    /// <summary>What shards cost that are being written down, and are not counted among the ended ones yet.</summary>
    public ulong Billing { get; set; }

    /// <summary>What was paid of that on the job's stream.</summary>
    public ulong Paid { get; set; }

    /// <summary>What the shards that are out may cost.</summary>
    public ulong Out { get; set; }

    /// <summary>What further shards may cost.</summary>
    public ulong Left => Ceiling - Math.Min(Ceiling, Used);

    /// <summary>What it asked, as far as nobody paid it on the job's stream.</summary>
    public ulong Unpaid => Math.Min(Ceiling, Used) - Math.Min(Math.Min(Ceiling, Used), Paid);
}
