using Infernet.Core.Jobs;

namespace Infernet.Cli.Jobs;

/// <summary>Limits of a JSONL file of inputs. Immutable.</summary>
internal sealed record JsonLinesOptions
{
    /// <summary>Longest line in bytes: an input of the greatest length, with every character escaped.</summary>
    public int MaxLineLength { get; init; } = 8 << 20;

    /// <summary>Most inputs.</summary>
    public int MaxInputs { get; init; } = JobSpecification.MaxInputs;

    /// <summary>Most bytes of lines that hold inputs.</summary>
    public long MaxLength { get; init; } = JobSpecificationReader.MaxLength;

    /// <summary>Bad lines after which reading gives up, unless they are to be skipped.</summary>
    public int MaxReported { get; init; } = 20;

    /// <summary>Whether to leave bad lines out instead of refusing the file.</summary>
    public bool SkipBad { get; init; }
}
