namespace Infernet.Daemon.Journal;

/// <summary>How an audit ended, and what follows for the answers.</summary>
internal sealed record RulingRecord
{
    /// <summary>SHA-256 of the receipt's envelope.</summary>
    public required byte[] Receipt { get; init; }

    public required string Provider { get; init; }

    /// <summary>One of <see cref="AuditState"/>; rejected answers are moved out of the result.</summary>
    public required string State { get; init; }

    public required string Reason { get; init; }

    /// <summary>Log-likelihood ratio of cheating against honesty.</summary>
    public required double Ratio { get; init; }

    /// <summary>The verdicts, by auditor.</summary>
    public required IReadOnlyList<(string Auditor, byte[] Envelope)> Verdicts { get; init; }

    /// <summary>Whether everything else of this provider that was not found right goes, too.</summary>
    public required bool Convicted { get; init; }

    /// <summary>What auditors are due for them.</summary>
    public IReadOnlyList<AuditCharge> Dues { get; init; } = [];
}
