using Infernet.Execution.Llama.Native;

namespace Infernet.Execution.Llama;

/// <summary>
/// The library's worker threads. Without one it starts and joins threads for every step, which costs a small model as
/// much as the arithmetic.
/// </summary>
internal sealed unsafe class ComputeThreads : IDisposable
{
    private readonly LlamaLibrary _library;

    public ComputeThreads(LlamaLibrary library, int threads)
    {
        _library = library;
        ThreadPoolParameters parameters;
        GgmlApi.ggml_threadpool_params_init(&parameters, threads);
        Handle = ((delegate* unmanaged[Cdecl]<ThreadPoolParameters*, nint>)Function("ggml_threadpool_new"))(&parameters);
    }

    /// <summary>The native thread pool.</summary>
    public nint Handle { get; }

    /// <summary>Ends the threads. No context may use them any more.</summary>
    public void Dispose() =>
        ((delegate* unmanaged[Cdecl]<nint, void>)Function("ggml_threadpool_free"))(Handle);

    private nint Function(string name) => GgmlApi.ggml_backend_reg_get_proc_address(_library.CpuBackend, name);
}
