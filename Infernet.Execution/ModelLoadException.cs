namespace Infernet.Execution;

/// <summary>A model can't be loaded; the message names the file and what is wrong with it.</summary>
public sealed class ModelLoadException : InferenceException
{
    internal ModelLoadException(ModelLoadError error, string message)
        : base(message) =>
        Error = error;

    /// <summary>The kind of trouble.</summary>
    public ModelLoadError Error { get; }
}
