namespace Infernet.Execution;

/// <summary>The engine's library failed while it computed; the message has its own words.</summary>
public sealed class EngineFailedException : InferenceException
{
    internal EngineFailedException(string message)
        : base(message)
    {
    }
}
