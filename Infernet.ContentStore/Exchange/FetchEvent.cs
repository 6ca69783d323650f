using Infernet.Core.Identity;

namespace Infernet.ContentStore.Exchange;

/// <summary>What the tasks of a fetch tell the one loop that decides.</summary>
internal abstract record FetchEvent
{
    /// <summary>Somebody may have the file.</summary>
    public sealed record Found(PeerId Peer) : FetchEvent;

    /// <summary>Nobody else will be found.</summary>
    public sealed record NoMoreProviders(string? Failure) : FetchEvent;

    /// <summary>A peer said what it has; the first time this makes it take part.</summary>
    public sealed record Have(PeerLink Link) : FetchEvent;

    /// <summary>A block came, was checked and stored.</summary>
    public sealed record Delivered(PeerLink Link, FetchPhase Phase, int Item, int Bytes) : FetchEvent;

    /// <summary>A peer does not have a block.</summary>
    public sealed record Lacking(PeerLink Link, FetchPhase Phase, int Item) : FetchEvent;

    /// <summary>A link ended.</summary>
    public sealed record Ended(PeerLink Link) : FetchEvent;

    /// <summary>The fetch can't go on at all, whoever it asks.</summary>
    public sealed record Broken(Exception Failure) : FetchEvent;

    /// <summary>Time passed.</summary>
    public sealed record Tick : FetchEvent;
}
