using System.Runtime.InteropServices;
using Infernet.Execution.Llama.Native;

namespace Infernet.Execution.Hardware;

/// <summary>The devices that the compute library has found. It must be loaded.</summary>
internal static unsafe class Devices
{
    private const int Gpu = 1;
    private const int IntegratedGpu = 2;

    /// <summary>The GPUs among them.</summary>
    public static IReadOnlyList<GpuInfo> Gpus()
    {
        var gpus = new List<GpuInfo>();
        for (nuint i = 0; i < GgmlApi.ggml_backend_dev_count(); i++)
        {
            nint device = GgmlApi.ggml_backend_dev_get(i);
            if (GgmlApi.ggml_backend_dev_type(device) is Gpu or IntegratedGpu)
            {
                gpus.Add(Describe(device));
            }
        }

        return gpus;
    }

    /// <summary>Memory that a model could take now: the host's, and that of every GPU.</summary>
    public static long AvailableMemory() => MemoryProbe.Read().Available + Gpus().Sum(gpu => gpu.MemoryFree);

    private static GpuInfo Describe(nint device)
    {
        nuint free, total;
        GgmlApi.ggml_backend_dev_memory(device, &free, &total);
        bool own = GgmlApi.ggml_backend_dev_type(device) == Gpu;
        return new GpuInfo(
            Text(GgmlApi.ggml_backend_dev_name(device)),
            Text(GgmlApi.ggml_backend_dev_description(device)),
            own ? (long)total : 0,
            own ? (long)free : 0);
    }

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
