using System.Runtime.InteropServices;

namespace Infernet.Execution.Llama.Native;

/// <summary>
/// Struct layouts change between releases of llama.cpp, and a wrong one would corrupt memory in silence. So before the
/// first real call the sizes, the version and the defaults are held against what this binding was written for.
/// </summary>
internal static unsafe class AbiCheck
{
    private const string Release = "0.5.0";

    /// <summary>Checks, and answers the library's version; what follows the release names how it was built.</summary>
    /// <exception cref="NativeLibraryException">The library is another release.</exception>
    public static string Run()
    {
        string version = Marshal.PtrToStringUTF8((nint)LlamaApi.llama_version()) ?? "";
        Require(version.Split('-')[0] == Release, $"the version is '{version}'");
        Require(sizeof(ModelParameters) == 80, "llama_model_params differs in size");
        Require(sizeof(ContextParameters) == 160, "llama_context_params differs in size");
        Require(sizeof(NativeBatch) == 56, "llama_batch differs in size");
        Require(sizeof(ThreadPoolParameters) == 528, "ggml_threadpool_params differs in size");
        Require(sizeof(QuantizeParameters) == 64, "llama_model_quantize_params differs in size");
        Require(IsExpected(LlamaApi.llama_model_default_params()), "llama_model_params has other defaults");
        Require(IsExpected(LlamaApi.llama_context_default_params()), "llama_context_params has other defaults");
        Require(
            IsExpected(LlamaApi.llama_model_quantize_default_params()), "llama_model_quantize_params has other defaults");
        return version;
    }

    private static bool IsExpected(QuantizeParameters p) =>
        p is
        {
            Threads: 0, FileType: (int)Quantisation.Q8_0, AllowRequantize: 0, QuantizeOutputTensor: 1, OnlyCopy: 0,
            Pure: 0, KeepSplit: 0, DryRun: 0, ImportanceMatrix: 0, KeyValueOverrides: 0, TensorTypes: 0,
        } && p.OutputTensorType == p.TokenEmbeddingType;

    private static bool IsExpected(ModelParameters p) =>
        p is
        {
            Devices: 0, TensorBufferOverrides: 0, GpuLayers: -1, SplitMode: 1, LoadMode: -1, LazyMode: 1, MainGpu: 0,
            ProgressCallbackUserData: 0, KeyValueOverrides: 0, VocabularyOnly: 0, CheckTensors: 0,
            UseExtraBufferTypes: 1, NoHost: 0, NoAllocation: 0, LoadMultiTokenPrediction: 0,
        };

    private static bool IsExpected(ContextParameters p) =>
        p is
        {
            ContextLength: 512, BatchLength: 2048, MicroBatchLength: 512, MaxSequences: 1, RecurrentSnapshots: 0,
            MaxOutputs: 0, MaxOutputsPerSequence: 1, Threads: 4, BatchThreads: 4, ContextType: 0, RopeScalingType: -1,
            PoolingType: -1, AttentionType: -1, FlashAttentionType: -1, YarnBetaSlow: -1, YarnOriginalContext: 0,
            DefragmentationThreshold: -1, KeyType: 1, ValueType: 1, AbortCallback: 0, Embeddings: 0, OffloadKqv: 1,
            NoPerformanceCounters: 1, OffloadOperations: 1, SlidingWindowFull: 1, UnifiedKeyValues: 0, Samplers: 0,
            SamplerCount: 0, OtherContext: 0,
        };

    private static void Require(bool holds, string difference)
    {
        if (!holds)
        {
            throw new NativeLibraryException(
                $"This build needs llama.cpp {Release}, but of the library that was found {difference}. " +
                "Install the right one with: eng/native.sh");
        }
    }
}
