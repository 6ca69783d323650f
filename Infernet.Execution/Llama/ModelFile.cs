namespace Infernet.Execution.Llama;

/// <summary>Looks at a model's file without loading it.</summary>
public static class ModelFile
{
    /// <summary>Throws unless the file begins as a GGUF does, header and all.</summary>
    /// <exception cref="ModelLoadException">There is no such file, or it is no usable GGUF.</exception>
    public static void Check(string path) => LlamaModel.ReadHeader(path);
}
