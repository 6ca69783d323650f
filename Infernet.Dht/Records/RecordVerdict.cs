namespace Infernet.Dht.Records;

/// <summary>Whether a record may be stored and passed on, and until when; or why not.</summary>
public readonly record struct RecordVerdict
{
    private RecordVerdict(string? reason, DateTimeOffset? expires) => (Reason, Expires) = (reason, expires);

    /// <summary>Whether the record is good.</summary>
    public bool IsValid => Reason is null;

    /// <summary>What is wrong with the record; null if nothing is.</summary>
    public string? Reason { get; }

    /// <summary>When the record stops to be good by its own word, if it says so.</summary>
    public DateTimeOffset? Expires { get; }

    /// <summary>The record is good, until the given time if there is one.</summary>
    public static RecordVerdict Valid(DateTimeOffset? expires = null) => new(null, expires);

    /// <summary>The record is bad.</summary>
    public static RecordVerdict Invalid(string reason) => new(reason, null);
}
