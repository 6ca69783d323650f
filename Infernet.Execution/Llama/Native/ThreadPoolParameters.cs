using System.Runtime.InteropServices;

namespace Infernet.Execution.Llama.Native;

/// <summary>ggml_threadpool_params: which cores the workers may use, and how they wait for work.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ThreadPoolParameters
{
    public fixed byte CpuMask[512];
    public int Threads;
    public int Priority;
    public uint Polling;
    public byte StrictCpu;
    public byte Paused;
}
