namespace Infernet.Core.Jobs;

/// <summary>How a job's answers are verified. Immutable.</summary>
public sealed record VerificationSpecification
{
    /// <summary>Fewest and most providers that answer one input of redundant work.</summary>
    public const int MinCopies = 2, MaxCopies = 9;

    public VerificationMode Mode { get; init; } = VerificationMode.Tolerant;

    /// <summary>The share of shards to audit, 0 to 1, before what is known of each provider changes it.</summary>
    public double AuditRate { get; init; } = 0.1;

    /// <summary>Redundant: how many providers answer each input.</summary>
    public int Copies { get; init; } = 3;

    /// <summary>Redundant: when two outputs are the same.</summary>
    public OutputComparison Compare { get; init; }

    /// <summary>Numbers: the largest difference, relative to the larger number, or absolute below 1.</summary>
    public double Tolerance { get; init; } = 0.001;

    /// <summary>Command: the program and its arguments; it runs on the submitter's machine, without a shell.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];
}
