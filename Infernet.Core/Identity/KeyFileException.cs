namespace Infernet.Core.Identity;

/// <summary>A key file could not be used; the message names the file, what is wrong, and what would be right.</summary>
public sealed class KeyFileException(KeyFileProblem problem, string message, Exception? inner = null)
    : IOException(message, inner)
{
    /// <summary>What is wrong, for code that decides by it.</summary>
    public KeyFileProblem Problem { get; } = problem;
}
