namespace Infernet.Daemon.Journal;

/// <summary>How an answer stands with its audit, in the words that the journal and the API use.</summary>
internal static class AuditState
{
    /// <summary>Out for judgement.</summary>
    public const string Pending = "pending";

    /// <summary>Judged, and right.</summary>
    public const string Verified = "verified";

    /// <summary>Judged, and neither right nor wrong beyond doubt.</summary>
    public const string Disputed = "disputed";

    /// <summary>Judged, and wrong: it is no answer any more.</summary>
    public const string Rejected = "rejected";

    /// <summary>Not judged any more, since its provider was convicted and all of its answers went.</summary>
    public const string Withdrawn = "withdrawn";

    /// <summary>Not judged; the reason says why.</summary>
    public const string Unaudited = "unaudited";
}
