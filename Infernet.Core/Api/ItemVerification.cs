namespace Infernet.Core.Api;

/// <summary>How an answer stands: whether somebody looked whether it is what the model gives.</summary>
public sealed record ItemVerification
{
    /// <summary>
    /// "verified": it was judged, and right. "unaudited": nobody looked, the reason says why. "disputed": it was judged,
    /// and neither right nor wrong beyond doubt. "pending": it is being judged. Answers that were judged wrong are in no
    /// result.
    /// </summary>
    public required string State { get; init; }

    /// <summary>Why, such as "sampled out" or "no auditor".</summary>
    public string? Reason { get; init; }

    /// <summary>Ids of the peers that judged it.</summary>
    public IReadOnlyList<string> Auditors { get; init; } = [];

    /// <summary>Of a redundant job: how the vote ended.</summary>
    public ItemVote? Vote { get; init; }

    /// <summary>Whether the policy promised more than there is: an audit that was drawn could not be held.</summary>
    public bool Missed { get; init; }
}
