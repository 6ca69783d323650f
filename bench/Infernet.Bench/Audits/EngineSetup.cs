namespace Infernet.Bench.Audits;

/// <summary>What an engine loads, and how it computes.</summary>
/// <param name="Model">The file.</param>
/// <param name="Slots">How many sequences it computes at once.</param>
/// <param name="Flash">Whether it uses the fused attention kernel.</param>
internal sealed record EngineSetup(string Model, int Slots, bool Flash);
