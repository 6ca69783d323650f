namespace Infernet.Daemon.Journal;

/// <summary>The audit of one receipt, from its draw to its end.</summary>
internal sealed record AuditRecord
{
    /// <summary>SHA-256 of the receipt's envelope.</summary>
    public required byte[] Receipt { get; init; }

    /// <summary>SHA-256 of the offer.</summary>
    public required byte[] Offer { get; init; }

    public required string Provider { get; init; }

    public required long Shard { get; init; }

    /// <summary>Whether it is beyond the draw.</summary>
    public required bool Discretionary { get; init; }

    /// <summary>Places of the audited items in the receipt, in the order of the request.</summary>
    public required IReadOnlyList<int> Places { get; init; }

    /// <summary>An AuditRequest message: what auditors are shown.</summary>
    public required byte[] Request { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>One of <see cref="AuditState"/>.</summary>
    public string State { get; init; } = AuditState.Pending;

    public string? Reason { get; init; }

    /// <summary>Log-likelihood ratio of cheating against honesty.</summary>
    public double Ratio { get; init; }

    /// <summary>Ids of those who judged.</summary>
    public IReadOnlyList<string> Auditors { get; init; } = [];
}
