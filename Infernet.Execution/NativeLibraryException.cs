namespace Infernet.Execution;

/// <summary>The native libraries are missing, or are not the ones that this build was made for.</summary>
public sealed class NativeLibraryException : InferenceException
{
    internal NativeLibraryException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
