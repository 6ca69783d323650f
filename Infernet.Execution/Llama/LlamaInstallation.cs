using Infernet.Execution.Llama.Native;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Execution.Llama;

/// <summary>What of llama.cpp is installed here, for whoever wants to know before a model is loaded.</summary>
/// <param name="Version">The library's own version.</param>
/// <param name="CpuVariant">The build of the CPU kernels that is active in this process.</param>
/// <param name="UsableVariants">All builds that would run here, the best first.</param>
public sealed record LlamaInstallation(string Version, string CpuVariant, IReadOnlyList<string> UsableVariants)
{
    /// <summary>Loads the library and says what it is.</summary>
    /// <exception cref="NativeLibraryException">It is missing, or the variant does not run here.</exception>
    public static LlamaInstallation Inspect(string? cpuVariant)
    {
        LlamaLibrary library = LlamaLibrary.Load(cpuVariant, NullLogger.Instance);
        return new LlamaInstallation(library.Version, library.CpuVariant, library.UsableVariants);
    }
}
