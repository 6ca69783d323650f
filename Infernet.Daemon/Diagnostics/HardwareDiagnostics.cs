using System.Globalization;
using Infernet.Execution;
using Infernet.Execution.Hardware;

namespace Infernet.Daemon.Diagnostics;

/// <summary>What the machine offers to models.</summary>
public static class HardwareDiagnostics
{
    private const long Gib = 1L << 30;
    private const long ScarceMemory = 2 * Gib;
    private const long ScarceDisk = 5 * Gib;

    /// <summary>Looks at processor, memory, disk and GPUs.</summary>
    /// <param name="folder">Where the node keeps, or will keep, its data; need not exist.</param>
    public static IReadOnlyList<Diagnostic> Run(string folder)
    {
        try
        {
            HardwareInfo hardware = HardwareProbe.Probe(ExistingParent(folder));
            return
            [
                Diagnostic.Ok("processor", $"{hardware.CpuModel}, {hardware.Cores} cores"),
                Memory(hardware),
                Disk(hardware),
                Gpu(hardware),
            ];
        }
        catch (Exception problem) when (problem is NativeLibraryException or IOException)
        {
            return [Diagnostic.Failed("hardware", $"can't be probed: {problem.Message}", null)];
        }
    }

    private static Diagnostic Memory(HardwareInfo hardware)
    {
        string finding = $"{InGib(hardware.MemoryAvailable)} of {InGib(hardware.MemoryTotal)} available";
        return hardware.MemoryAvailable >= ScarceMemory
            ? Diagnostic.Ok("memory", finding)
            : Diagnostic.Note("memory", finding, "Only small models fit; close other programs or add memory.");
    }

    private static Diagnostic Disk(HardwareInfo hardware)
    {
        string finding = $"{InGib(hardware.DiskFree)} free in the home";
        return hardware.DiskFree >= ScarceDisk
            ? Diagnostic.Ok("disk", finding)
            : Diagnostic.Note("disk", finding, "Models take gigabytes: free some space, or put the home elsewhere.");
    }

    private static Diagnostic Gpu(HardwareInfo hardware)
    {
        if (hardware.Gpus.Count > 0)
        {
            return Diagnostic.Ok("GPU", string.Join(
                ", ", hardware.Gpus.Select(g => $"{g.Description} ({InGib(g.MemoryTotal)})")));
        }

        return File.Exists("/proc/driver/nvidia/version")
            ? Diagnostic.Note(
                "GPU", "an NVIDIA driver is there, but llama.cpp finds no GPU",
                "The CUDA build of llama.cpp's libraries must lie in native/ beside the executable.")
            : Diagnostic.Note("GPU", "none; models run on the processor");
    }

    private static string ExistingParent(string folder)
    {
        string? existing = Path.GetFullPath(folder);
        while (existing is not null && !Directory.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing);
        }

        return existing ?? Path.DirectorySeparatorChar.ToString();
    }

    private static string InGib(long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)Gib:0.#} GiB");
}
