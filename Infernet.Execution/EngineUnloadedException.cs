namespace Infernet.Execution;

/// <summary>The engine was unloaded before it could answer; the request may be sent elsewhere.</summary>
public sealed class EngineUnloadedException : InferenceException
{
    internal EngineUnloadedException(string model)
        : base($"The model {model} was unloaded before it could answer this request.")
    {
    }
}
