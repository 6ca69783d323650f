using Infernet.Core.Jobs;

namespace Infernet.Cli.Jobs;

/// <summary>What a JSONL file held.</summary>
/// <param name="Inputs">One for each good line.</param>
/// <param name="Skipped">For each bad line that was left out, its number and why.</param>
internal sealed record JsonLinesInputs(IReadOnlyList<JobInput> Inputs, IReadOnlyList<string> Skipped);
