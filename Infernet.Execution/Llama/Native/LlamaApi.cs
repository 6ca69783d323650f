using System.Runtime.InteropServices;

namespace Infernet.Execution.Llama.Native;

/// <summary>
/// The part of llama.h that is used here; names and meanings are its own. Bools are bytes, text is UTF-8. The libraries
/// are found by <see cref="LlamaLibrary"/>, which must have been loaded before any call.
/// </summary>
internal static unsafe partial class LlamaApi
{
    public const string Library = "llama";

    [LibraryImport(Library)]
    public static partial byte* llama_version();

    [LibraryImport(Library)]
    public static partial void llama_log_set(delegate* unmanaged[Cdecl]<int, byte*, nint, void> callback, nint data);

    [LibraryImport(Library)]
    public static partial void llama_backend_init();

    [LibraryImport(Library)]
    public static partial nuint llama_max_parallel_sequences();

    [LibraryImport(Library)]
    public static partial byte* llama_ftype_name(int type);

    [LibraryImport(Library)]
    public static partial ModelParameters llama_model_default_params();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint llama_model_load_from_file(string path, ModelParameters parameters);

    [LibraryImport(Library)]
    public static partial void llama_model_free(nint model);

    [LibraryImport(Library)]
    public static partial QuantizeParameters llama_model_quantize_default_params();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint llama_model_quantize(string source, string target, QuantizeParameters* parameters);

    [LibraryImport(Library)]
    public static partial nint llama_model_get_vocab(nint model);

    [LibraryImport(Library)]
    public static partial int llama_model_n_ctx_train(nint model);

    [LibraryImport(Library)]
    public static partial int llama_model_n_embd_out(nint model);

    [LibraryImport(Library)]
    public static partial ulong llama_model_n_params(nint model);

    [LibraryImport(Library)]
    public static partial ulong llama_model_size(nint model);

    [LibraryImport(Library)]
    public static partial int llama_model_ftype(nint model);

    [LibraryImport(Library)]
    public static partial byte llama_model_has_encoder(nint model);

    [LibraryImport(Library)]
    public static partial byte llama_model_has_decoder(nint model);

    [LibraryImport(Library)]
    public static partial byte* llama_model_chat_template(nint model, byte* name);

    [LibraryImport(Library)]
    public static partial int llama_chat_apply_template(
        byte* template, NativeChatMessage* messages, nuint count, byte addAssistant, byte* buffer, int length);

    [LibraryImport(Library)]
    public static partial int llama_vocab_n_tokens(nint vocabulary);

    [LibraryImport(Library)]
    public static partial byte llama_vocab_is_eog(nint vocabulary, int token);

    [LibraryImport(Library)]
    public static partial int llama_tokenize(
        nint vocabulary, byte* text, int length, int* tokens, int capacity, byte addSpecial, byte parseSpecial);

    [LibraryImport(Library)]
    public static partial int llama_token_to_piece(
        nint vocabulary, int token, byte* buffer, int length, int leftStrip, byte special);

    [LibraryImport(Library)]
    public static partial ContextParameters llama_context_default_params();

    [LibraryImport(Library)]
    public static partial nint llama_init_from_model(nint model, ContextParameters parameters);

    [LibraryImport(Library)]
    public static partial void llama_free(nint context);

    [LibraryImport(Library)]
    public static partial uint llama_n_ctx_seq(nint context);

    [LibraryImport(Library)]
    public static partial void llama_attach_threadpool(nint context, nint pool, nint batchPool);

    [LibraryImport(Library)]
    public static partial nint llama_get_memory(nint context);

    [LibraryImport(Library)]
    public static partial byte llama_memory_seq_rm(nint memory, int sequence, int from, int to);

    [LibraryImport(Library)]
    public static partial NativeBatch llama_batch_init(int tokens, int embedding, int maxSequences);

    [LibraryImport(Library)]
    public static partial void llama_batch_free(NativeBatch batch);

    [LibraryImport(Library)]
    public static partial int llama_decode(nint context, NativeBatch batch);

    [LibraryImport(Library)]
    public static partial float* llama_get_logits_ith(nint context, int index);

    [LibraryImport(Library)]
    public static partial float* llama_get_embeddings_seq(nint context, int sequence);
}
