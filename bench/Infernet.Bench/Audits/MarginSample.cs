using Infernet.Core.Schemas;

namespace Infernet.Bench.Audits;

/// <summary>What one auditor found of one answer.</summary>
/// <param name="Run">The number of the run that it belongs to.</param>
/// <param name="Provider">How the answer was made: a CPU variant and its options, or the cheat.</param>
/// <param name="Cheat">The cheat's name; null if it was honest.</param>
/// <param name="Sampling">What was asked for.</param>
/// <param name="Question">The question's number.</param>
/// <param name="Auditor">Who judged it.</param>
/// <param name="Verdict">What was counted.</param>
internal sealed record MarginSample(
    int Run, string Provider, string? Cheat, Sampling Sampling, int Question, string Auditor, ItemVerdict Verdict);
