using System.Runtime.InteropServices;

namespace Infernet.Execution.Llama.Native;

/// <summary>
/// The builds of the CPU kernels that lie beside the library, such as "haswell" or "x64". Each can tell how well it
/// suits this processor.
/// </summary>
internal static unsafe class CpuVariants
{
    private const string Prefix = "libggml-cpu-";

    /// <summary>The variants that run on this processor, the best first.</summary>
    public static IReadOnlyList<string> Usable(string directory) =>
    [
        .. from file in Directory.EnumerateFiles(directory, Prefix + "*.so")
           let score = Score(file)
           where score > 0
           let name = Path.GetFileNameWithoutExtension(file)[Prefix.Length..]
           orderby score descending, name
           select name,
    ];

    /// <summary>Where a variant lies.</summary>
    public static string PathOf(string directory, string variant) =>
        Path.Combine(directory, $"{Prefix}{variant}.so");

    /// <summary>The variant's own score; 0 means that it needs instructions that are missing here.</summary>
    private static int Score(string file)
    {
        if (!NativeLibrary.TryLoad(file, out nint library))
        {
            return 0;
        }

        try
        {
            return NativeLibrary.TryGetExport(library, "ggml_backend_score", out nint score)
                ? ((delegate* unmanaged[Cdecl]<int>)score)()
                : 0;
        }
        finally
        {
            NativeLibrary.Free(library);
        }
    }
}
