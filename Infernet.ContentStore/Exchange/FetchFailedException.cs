namespace Infernet.ContentStore.Exchange;

/// <summary>No provider is left to fetch from. What came so far is kept for the next attempt.</summary>
public sealed class FetchFailedException(ContentError error, string message, IReadOnlyList<PeerOutcome> peers)
    : ContentException(error, message)
{
    /// <summary>Each provider that was tried, and why it was given up.</summary>
    public IReadOnlyList<PeerOutcome> Peers { get; } = peers;
}
