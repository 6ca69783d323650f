namespace Infernet.Execution.Gguf;

/// <summary>A file breaks the GGUF format; <see cref="Error"/> says in which of the ways.</summary>
internal sealed class GgufFormatException(ModelLoadError error, string message) : Exception(message)
{
    public ModelLoadError Error { get; } = error;
}
