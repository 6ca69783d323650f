namespace Infernet.Execution;

/// <summary>A request has a field that no model could serve; the message says which, and what would be right.</summary>
public sealed class InvalidRequestException : InferenceException
{
    internal InvalidRequestException(string message)
        : base(message)
    {
    }
}
