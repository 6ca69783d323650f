namespace Infernet.ContentStore;

/// <summary>Content could not be added, read or fetched. The message says what, where, and what would be right.</summary>
public class ContentException(ContentError error, string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>The kind of failure.</summary>
    public ContentError Error { get; } = error;
}
