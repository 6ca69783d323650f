using Infernet.Core.Api;
using Infernet.Core.Jobs;

namespace Infernet.Daemon.Journal;

/// <summary>A job as the journal has it; its inputs and outputs are read apart. Immutable.</summary>
internal sealed record JobRecord
{
    /// <summary>The row, which inputs, outputs and events refer to.</summary>
    public required long Row { get; init; }

    /// <summary>16 bytes.</summary>
    public required byte[] Id { get; init; }

    /// <summary>The id as people see it: 32 hexadecimal digits.</summary>
    public string Name => Convert.ToHexStringLower(Id);

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was submitted, or resumed by its submitter.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>One of <see cref="Jobs.JobState"/>.</summary>
    public required string State { get; init; }

    /// <summary>Without its inputs.</summary>
    public required JobSpecification Specification { get; init; }

    public string? ModelCid { get; init; }

    public required int Total { get; init; }

    /// <summary>How often the job was started.</summary>
    public required int Runs { get; init; }

    /// <summary>How it ended; null while it has not.</summary>
    public JobStatus? Status { get; init; }

    /// <summary>Whether several providers answer each input, and vote.</summary>
    public bool IsRedundant => Specification.Verification.Mode == VerificationMode.Redundant;

    /// <summary>When it must have ended; null if it may take as long as it needs.</summary>
    public DateTimeOffset? Deadline => Specification.Deadline is { } span ? StartedAt + span : null;
}
