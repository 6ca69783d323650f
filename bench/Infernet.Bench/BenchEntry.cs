using Infernet.Bench.Reporting;

namespace Infernet.Bench;

/// <summary>A benchmark that can be run by its name.</summary>
internal sealed record BenchEntry(string Name, string Summary, Func<BenchReport, CancellationToken, Task> RunAsync);
