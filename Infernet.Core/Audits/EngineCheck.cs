using Infernet.Core.Schemas;

namespace Infernet.Core.Audits;

/// <summary>Whether an engine's description is one: all of its names bounded, and all there. Pure.</summary>
public static class EngineCheck
{
    /// <summary>What is wrong with it, as a sentence; null if nothing is.</summary>
    public static string? FindProblem(EngineDescription? engine)
    {
        if (engine is null)
        {
            return "the engine is not described";
        }

        (string Field, string Value)[] names =
        [
            ("name", engine.Name), ("build", engine.Build), ("cpu_variant", engine.CpuVariant),
            ("kv_mode", engine.KvMode), ("kv_precision", engine.KvPrecision), ("device", engine.Device),
            ("weights", engine.Weights),
        ];
        return names.FirstOrDefault(n => n.Value.Length > AuditLimits.MaxEngineName) is { Field: { } field }
            ? $"the engine's {field} is longer than {AuditLimits.MaxEngineName} characters"
            : engine.Name.Length == 0 ? "the engine has no name" : null;
    }

    /// <summary>
    /// Whether two engines compute the same bits from the same weights: all but the context's length must agree.
    /// </summary>
    public static bool ComputeAlike(EngineDescription one, EngineDescription other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        EngineDescription compared = one.Clone();
        compared.ContextTokens = other.ContextTokens;
        return compared.Equals(other);
    }

    /// <summary>
    /// Whether one prefill reproduces what an engine generated to the bit: the CPU builds whose kernels round alike for
    /// one row and for many, without the fused attention, and no sequence in another's cache.
    /// </summary>
    public static bool IsExact(EngineDescription engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return engine is { Device: "cpu", CpuVariant: "x64" or "sse42", FlashAttention: false, KvMode: "per-sequence" };
    }
}
