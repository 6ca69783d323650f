using System.Runtime.InteropServices;

namespace Infernet.Execution.Llama.Native;

/// <summary>llama_model_quantize_params of llama.cpp 0.5.0, field by field.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct QuantizeParameters
{
    public int Threads;
    public int FileType;
    public int OutputTensorType;
    public int TokenEmbeddingType;
    public byte AllowRequantize;
    public byte QuantizeOutputTensor;
    public byte OnlyCopy;
    public byte Pure;
    public byte KeepSplit;
    public byte DryRun;
    public nint ImportanceMatrix;
    public nint KeyValueOverrides;
    public nint TensorTypes;
    public int* PrunedLayers;
    public nuint MaxBufferSize;
}
