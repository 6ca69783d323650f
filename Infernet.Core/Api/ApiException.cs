namespace Infernet.Core.Api;

/// <summary>
/// A request that a node refuses, or can't fulfil, for a reason that its sender should read. The API turns it into a
/// status code and the error as the body; the CLI into an exit code and the message.
/// </summary>
public class ApiException(ApiError error, Exception? inner = null) : Exception(error.Message, inner)
{
    public ApiException(string code, string message, IReadOnlyList<string>? details = null)
        : this(new ApiError { Code = code, Message = message, Details = details ?? [] })
    {
    }

    public ApiError Error { get; } = error;
}
