namespace Infernet.Daemon.Jobs;

/// <summary>Where a job is, in the words that the journal and the API use.</summary>
internal static class JobState
{
    /// <summary>Journaled, not started yet.</summary>
    public const string Queued = "queued";

    /// <summary>Looking for providers.</summary>
    public const string Matching = "matching";

    /// <summary>At least one provider works on it.</summary>
    public const string Running = "running";

    /// <summary>Every input has an answer.</summary>
    public const string Done = "done";

    /// <summary>Ended early with some answers: the deadline or the budget.</summary>
    public const string Partial = "partial";

    /// <summary>Ended by an error.</summary>
    public const string Failed = "failed";

    /// <summary>Ended by its submitter.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Whether nothing more happens unless somebody resumes it.</summary>
    public static bool IsFinal(string state) => state is Done or Partial or Failed or Cancelled;
}
