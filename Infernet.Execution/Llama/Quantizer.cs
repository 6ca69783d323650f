using Infernet.Execution.Llama.Native;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Execution.Llama;

/// <summary>
/// Writes a model again in fewer bits, or without some of its layers. This is what a provider would do who wants to be
/// paid for a model that it does not run; calibrations, tests and benchmarks make their cheats with it.
/// </summary>
internal static unsafe class Quantizer
{
    /// <summary>
    /// Writes the model at <paramref name="source"/> to <paramref name="target"/>. A source that is quantised itself is
    /// unpacked first. Blocks for as long as that takes.
    /// </summary>
    /// <param name="source">A GGUF.</param>
    /// <param name="target">Is overwritten.</param>
    /// <param name="type">What all matrices become whose rows fit it; others get the next finer type.</param>
    /// <param name="withoutLayers">The layers to leave out, counted from 0.</param>
    /// <exception cref="ModelLoadException">The library can't do it; the message has its words.</exception>
    public static void Write(
        string source, string target, Quantisation type, IReadOnlyList<int>? withoutLayers = null)
    {
        // The library can quantise without a CPU back-end, but reading the model needs one.
        _ = LlamaLibrary.Load(null, NullLogger.Instance);
        QuantizeParameters parameters = LlamaApi.llama_model_quantize_default_params();
        parameters.Threads = 1;
        parameters.FileType = (int)type;
        parameters.AllowRequantize = 1;
        parameters.Pure = 1;
        const int End = -1;
        int[] pruned = [.. (withoutLayers ?? []).Order(), End];
        fixed (int* layers = pruned)
        {
            parameters.PrunedLayers = pruned.Length > 1 ? layers : null;
            NativeLog.Forget();
            if (LlamaApi.llama_model_quantize(source, target, &parameters) != 0)
            {
                throw LoadComplaint.ToException(source, NativeLog.Complaints);
            }
        }
    }
}
