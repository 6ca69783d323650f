using System.Runtime.InteropServices;

namespace Infernet.Execution.Llama.Native;

/// <summary>The part of ggml-backend.h that is used here: compute back-ends and the devices they bring.</summary>
internal static unsafe partial class GgmlApi
{
    public const string Library = "ggml";
    public const string BaseLibrary = "ggml-base";

    /// <summary>Loads a back-end by full path and registers its devices; 0 when it can't run here.</summary>
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint ggml_backend_load(string path);

    [LibraryImport(Library)]
    public static partial nuint ggml_backend_dev_count();

    [LibraryImport(Library)]
    public static partial nint ggml_backend_dev_get(nuint index);

    [LibraryImport(BaseLibrary)]
    public static partial byte* ggml_backend_dev_name(nint device);

    [LibraryImport(BaseLibrary)]
    public static partial byte* ggml_backend_dev_description(nint device);

    [LibraryImport(BaseLibrary)]
    public static partial int ggml_backend_dev_type(nint device);

    [LibraryImport(BaseLibrary)]
    public static partial void ggml_backend_dev_memory(nint device, nuint* free, nuint* total);

    [LibraryImport(BaseLibrary, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint ggml_backend_reg_get_proc_address(nint registration, string name);

    [LibraryImport(BaseLibrary)]
    public static partial void ggml_threadpool_params_init(ThreadPoolParameters* parameters, int threads);
}
