namespace Infernet.Dht.Records;

/// <summary>How much a node stores for others, and for how long. Immutable.</summary>
public sealed record RecordLimits
{
    /// <summary>The longest key, in bytes.</summary>
    public int MaxKeyLength { get; init; } = 256;

    /// <summary>The longest value, in bytes.</summary>
    public int MaxValueLength { get; init; } = 16 * 1024;

    /// <summary>Most records.</summary>
    public int MaxRecords { get; init; } = 20_000;

    /// <summary>Most bytes of keys and values together.</summary>
    public long MaxBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Most records that one peer may have placed here.</summary>
    public int MaxRecordsPerPeer { get; init; } = 1_000;

    /// <summary>How long a record is kept unless it is put again, whatever it says itself.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromHours(48);
}
