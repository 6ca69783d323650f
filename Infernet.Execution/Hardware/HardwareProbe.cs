using Infernet.Execution.Llama.Native;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Execution.Hardware;

/// <summary>Finds out what this machine offers. How fast it is, is measured elsewhere: see <see cref="SpeedProbe"/>.</summary>
public static class HardwareProbe
{
    /// <summary>Looks at the machine now.</summary>
    /// <param name="dataFolder">Where the node keeps its data; must exist.</param>
    /// <param name="cpuVariant">The build of the compute library's CPU kernels; null for the fastest that runs here.
    /// A process has one, so whoever asks first decides.</param>
    /// <param name="logger">Takes what the compute library says.</param>
    /// <exception cref="NativeLibraryException">GPUs can't be found, since the compute library is missing.</exception>
    public static HardwareInfo Probe(string dataFolder, string? cpuVariant = null, ILogger? logger = null)
    {
        _ = LlamaLibrary.Load(cpuVariant, logger ?? NullLogger.Instance);
        MemoryState memory = MemoryProbe.Read();
        return new HardwareInfo
        {
            CpuModel = CpuProbe.Model(),
            Cores = CpuProbe.UsableCores(),
            Threads = Environment.ProcessorCount,
            MemoryTotal = memory.Total,
            MemoryAvailable = memory.Available,
            DiskFree = new DriveInfo(Path.GetFullPath(dataFolder)).AvailableFreeSpace,
            Gpus = Devices.Gpus(),
        };
    }

    /// <summary>Memory that this process could have now, in bytes.</summary>
    public static long AvailableMemory() => MemoryProbe.Read().Available;
}
