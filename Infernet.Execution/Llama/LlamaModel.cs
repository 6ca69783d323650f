using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Infernet.Execution.Generation;
using Infernet.Execution.Gguf;
using Infernet.Execution.Llama.Native;

namespace Infernet.Execution.Llama;

/// <summary>
/// A model's weights and vocabulary, mapped from its file. Immutable, and safe to use from many threads; contexts
/// compute on it.
/// </summary>
internal sealed unsafe class LlamaModel : IDisposable
{
    private LlamaModel(ModelHandle handle, GgufHeader header)
    {
        Handle = handle;
        nint model = handle.DangerousGetHandle();
        Vocabulary = new Vocabulary(handle, LlamaApi.llama_model_get_vocab(model));
        ChatTemplate = new ChatTemplate(handle);
        Info = new ModelInfo(
            header.Text("general.name"),
            header.Architecture,
            LlamaApi.llama_model_n_ctx_train(model),
            (long)LlamaApi.llama_model_n_params(model),
            (long)LlamaApi.llama_model_size(model),
            Marshal.PtrToStringUTF8((nint)LlamaApi.llama_ftype_name(LlamaApi.llama_model_ftype(model))) ?? "unknown",
            Vocabulary.Count,
            LlamaApi.llama_model_n_embd_out(model),
            ChatTemplate.Source);
    }

    public ModelHandle Handle { get; }

    public Vocabulary Vocabulary { get; }

    public ChatTemplate ChatTemplate { get; }

    public ModelInfo Info { get; }

    /// <summary>Reads the header alone.</summary>
    /// <exception cref="ModelLoadException">There is no such file, or it is no GGUF.</exception>
    public static GgufHeader ReadHeader(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return GgufHeader.Read(file);
        }
        catch (GgufFormatException broken)
        {
            throw new ModelLoadException(broken.Error, $"{path} is not a usable GGUF file: {broken.Message}.");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelLoadException(ModelLoadError.NoSuchFile, $"There is no file {path}.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException(
                ModelLoadError.NoSuchFile, $"{path} can't be read: {unreadable.Message}");
        }
    }

    /// <summary>Maps the weights. Blocks for as long as that takes.</summary>
    /// <exception cref="ModelLoadException">The library refuses the file; the message has its words.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up meanwhile.</exception>
    public static LlamaModel Load(
        string path, GgufHeader header, int? gpuLayers, IProgress<float>? progress, CancellationToken cancellationToken)
    {
        ModelParameters parameters = LlamaApi.llama_model_default_params();
        parameters.GpuLayers = gpuLayers ?? -1;
        var listener = new LoadListener(progress, cancellationToken);
        var pin = GCHandle.Alloc(listener);
        try
        {
            parameters.ProgressCallback = &OnProgress;
            parameters.ProgressCallbackUserData = GCHandle.ToIntPtr(pin);
            NativeLog.Forget();
            var handle = new ModelHandle(LlamaApi.llama_model_load_from_file(path, parameters));
            if (handle.IsInvalid)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw LoadComplaint.ToException(path, NativeLog.Complaints);
            }

            return Checked(handle, path, header);
        }
        finally
        {
            pin.Free();
        }
    }

    public void Dispose() => Handle.Dispose();

    /// <summary>A model that must be asked in another way than token after token is refused.</summary>
    private static LlamaModel Checked(ModelHandle handle, string path, GgufHeader header)
    {
        nint model = handle.DangerousGetHandle();
        if (LlamaApi.llama_model_has_encoder(model) != 0 || LlamaApi.llama_model_has_decoder(model) == 0)
        {
            handle.Dispose();
            throw new ModelLoadException(
                ModelLoadError.Unsupported,
                $"{path} is of the architecture '{header.Architecture}', which is no text decoder.");
        }

        return new LlamaModel(handle, header);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte OnProgress(float done, nint listener) =>
        ((LoadListener)GCHandle.FromIntPtr(listener).Target!).Report(done);

    private sealed class LoadListener(IProgress<float>? progress, CancellationToken cancellationToken)
    {
        /// <summary>Answers whether to go on.</summary>
        public byte Report(float done)
        {
            progress?.Report(done);
            return cancellationToken.IsCancellationRequested ? (byte)0 : (byte)1;
        }
    }
}
