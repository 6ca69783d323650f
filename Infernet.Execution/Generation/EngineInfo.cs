namespace Infernet.Execution.Generation;

/// <summary>
/// What computes, as receipts and audits need it: two engines that agree in all of this, on the same model, should
/// agree in their logits.
/// </summary>
/// <param name="Name">The engine, such as "llama.cpp".</param>
/// <param name="LibraryVersion">The library's own version.</param>
/// <param name="CpuVariant">The build of the CPU kernels, such as "haswell".</param>
/// <param name="FlashAttention">Whether the fused attention kernel is used.</param>
/// <param name="KvMode">"per-sequence" when no sequence sees another's cache, otherwise "unified".</param>
/// <param name="Precision">The weights' quantisation, such as "Q8_0".</param>
public sealed record EngineInfo(
    string Name, string LibraryVersion, string CpuVariant, bool FlashAttention, string KvMode, string Precision);
