using Infernet.Bench.Reporting;

namespace Infernet.Bench;

/// <summary>A benchmark that can be run by its name, whole or one of its parts.</summary>
internal sealed record BenchEntry(string Name, string Summary, Func<BenchReport, CancellationToken, Task> RunAsync)
{
    /// <summary>What can be run by itself, by name; most have no parts.</summary>
    public IReadOnlyDictionary<string, Func<BenchReport, CancellationToken, Task>> Parts { get; init; } =
        new Dictionary<string, Func<BenchReport, CancellationToken, Task>>();
}
