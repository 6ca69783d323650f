namespace Infernet.Execution;

/// <summary>
/// Something that an engine can't do, said so that whoever asked can act on it. Never thrown itself: each kind has its
/// own type.
/// </summary>
public abstract class InferenceException : Exception
{
    private protected InferenceException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
