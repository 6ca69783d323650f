namespace Infernet.Daemon.Payments.Earning;

/// <summary>How much of an intent's ceiling is used. Its gate changes it, under the gate's lock.</summary>
internal sealed class IntentUse(ulong ceiling)
{
    public ulong Ceiling { get; } = ceiling;

    /// <summary>What the shards that ended cost.</summary>
    public ulong Used { get; set; }

    /// <summary>What the shards that are out may cost.</summary>
    public ulong Out { get; set; }

    /// <summary>What may still be asked of the channel for this job.</summary>
    public ulong Left => Ceiling - Math.Min(Ceiling, Used);
}
