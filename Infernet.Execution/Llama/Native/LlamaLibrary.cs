using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

[assembly: DisableRuntimeMarshalling]

namespace Infernet.Execution.Llama.Native;

/// <summary>
/// llama.cpp's libraries, loaded once per process from the folder native/ beside the assembly. One CPU variant can be
/// active in a process: the best one, or the one that the first caller pinned by name.
/// </summary>
internal sealed class LlamaLibrary
{
    private static readonly Lock Gate = new();
    private static LlamaLibrary? _loaded;

    private static bool _bound;

    private LlamaLibrary(string directory, string version, string? pinned)
    {
        Version = version;
        UsableVariants = CpuVariants.Usable(directory);
        CpuVariant = Choose(pinned);
        CpuBackend = GgmlApi.ggml_backend_load(CpuVariants.PathOf(directory, CpuVariant));
        if (CpuBackend == 0)
        {
            throw new NativeLibraryException(
                $"llama.cpp's CPU variant '{CpuVariant}' can't be loaded: {string.Join(" ", NativeLog.Complaints)}");
        }

        LoadAccelerators(directory);
        LlamaApi.llama_backend_init();
    }

    /// <summary>The library's version.</summary>
    public string Version { get; }

    /// <summary>The active build of the CPU kernels.</summary>
    public string CpuVariant { get; }

    /// <summary>All builds that would run here, the best first.</summary>
    public IReadOnlyList<string> UsableVariants { get; }

    /// <summary>The handle by which the CPU back-end's own functions are asked for.</summary>
    public nint CpuBackend { get; }

    /// <summary>Where the libraries lie.</summary>
    public static string DefaultDirectory => Path.Combine(AppContext.BaseDirectory, "native");

    /// <summary>Loads the library, or answers the one that is loaded.</summary>
    /// <exception cref="NativeLibraryException">It is missing, another release, or has another variant active.</exception>
    public static LlamaLibrary Load(string? pinnedVariant, ILogger logger)
    {
        lock (Gate)
        {
            NativeLog.Logger = logger;
            if (_loaded is null)
            {
                Bind(DefaultDirectory);
                string version = AbiCheck.Run();
                NativeLog.Install();
                _loaded = new LlamaLibrary(DefaultDirectory, version, pinnedVariant);
            }

            return pinnedVariant is null || pinnedVariant == _loaded.CpuVariant
                ? _loaded
                : throw new NativeLibraryException(
                    $"The CPU variant '{pinnedVariant}' was asked for, but '{_loaded.CpuVariant}' is already active; " +
                    "a process can have only one. Start another process for it.");
        }
    }

    /// <summary>Makes the functions callable. Once per process, whatever becomes of the rest.</summary>
    private static void Bind(string directory)
    {
        if (_bound)
        {
            return;
        }

        (nint ggmlBase, nint ggml, nint llama) = (
            Load(directory, "libggml-base.so"), Load(directory, "libggml.*so"), Load(directory, "libllama.*so"));
        NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), (name, _, _) => name switch
        {
            GgmlApi.BaseLibrary => ggmlBase,
            GgmlApi.Library => ggml,
            LlamaApi.Library => llama,
            _ => 0,
        });
        _bound = true;
    }

    internal static nint Load(string directory, string pattern)
    {
        string? file = Directory.Exists(directory)
            ? Directory.EnumerateFiles(directory, pattern).Order(StringComparer.Ordinal).FirstOrDefault()
            : null;
        if (file is null)
        {
            throw new NativeLibraryException(
                $"llama.cpp's libraries are missing: there is no {pattern} in {directory}. " +
                "Install them with: eng/native.sh, and build again.");
        }

        try
        {
            return NativeLibrary.Load(file);
        }
        catch (Exception broken) when (broken is DllNotFoundException or BadImageFormatException)
        {
            throw new NativeLibraryException(
                $"{file} can't be loaded ({broken.Message}). Install it again with: eng/native.sh", broken);
        }
    }

    private string Choose(string? pinned)
    {
        string? chosen = UsableVariants.FirstOrDefault(variant => pinned is null || variant == pinned);
        return chosen ?? throw new NativeLibraryException(
            $"llama.cpp's CPU variant '{pinned ?? "any"}' does not run on this processor. " +
            $"These do: {string.Join(", ", UsableVariants)}.");
    }

    /// <summary>Back-ends for GPUs, where a package with them was installed. One that fails only logs.</summary>
    private static void LoadAccelerators(string directory)
    {
        foreach (string file in Directory.EnumerateFiles(directory, "libggml-*.so").Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(file);
            if (name != "libggml-base.so" && !name.StartsWith("libggml-cpu", StringComparison.Ordinal))
            {
                _ = GgmlApi.ggml_backend_load(file);
            }
        }
    }
}
