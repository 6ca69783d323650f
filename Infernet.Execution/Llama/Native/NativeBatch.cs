using System.Runtime.InteropServices;

namespace Infernet.Execution.Llama.Native;

/// <summary>llama_batch: tokens of any number of sequences, in arrays of one length.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeBatch
{
    public int TokenCount;
    public int* Tokens;
    public float* Embeddings;
    public int* Positions;
    public int* SequenceCounts;
    public int** SequenceIds;
    public sbyte* Outputs;
}
