using Infernet.Core.Api;

namespace Infernet.Cli.Commands;

/// <summary>What the process tells its caller; the one place where an error becomes a number.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>A fault of the program or the machine: a full disk, an unexpected exception.</summary>
    public const int Fault = 1;

    /// <summary>Wrong usage or input.</summary>
    public const int Usage = 2;

    /// <summary>No node, or no peer, could be reached.</summary>
    public const int Unreachable = 3;

    /// <summary>The job failed, was cancelled or ended partially; or a check of <c>doctor</c> failed.</summary>
    public const int Failed = 4;

    /// <summary>Results came without a receipt that holds; or a peer did not pass a challenge.</summary>
    public const int NotVerified = 5;

    /// <summary>Budget or payment.</summary>
    public const int Budget = 6;

    /// <summary>The deadline passed; the number that <c>timeout(1)</c> uses.</summary>
    public const int Deadline = 124;

    /// <summary>Ctrl-C.</summary>
    public const int Interrupted = 130;

    /// <summary>The number for an error of the API.</summary>
    public static int For(ApiError error) => error.Code switch
    {
        "invalid" or "not-found" or "conflict" => Usage,
        "unreachable" => Unreachable,
        "unsuitable" or "job-failed" => Failed,
        "not-verified" => NotVerified,
        "budget" => Budget,
        "deadline" => Deadline,
        _ when PaymentCodes.Contains(error.Code) => Budget,
        _ => Fault,
    };

    /// <summary>The number for a challenge that was made.</summary>
    public static int For(ChallengeReport challenge) => challenge.Verdict == "passed" ? Done : NotVerified;

    /// <summary>The number for a job that has ended, or that nobody waits for any more.</summary>
    public static int For(JobStatus job) => job switch
    {
        { State: "done", FailedItems: 0, Payment: { LeavesDebts: true } } => Budget,
        { State: "done", FailedItems: 0 } => Done,
        { Error.Code: "deadline" } => Deadline,
        { Error.Code: "budget" } => Budget,
        { State: "failed", Error.Code: "unreachable" } => Unreachable,
        _ => Failed,
    };
}
