using Infernet.Dht.Keys;

namespace Infernet.Dht.Lookups;

/// <summary>What happened to a look-up since it last moved.</summary>
internal readonly record struct LookupEvent
{
    private LookupEvent(LookupEventKind kind, KadKey peer, IReadOnlyCollection<KadPeer> closer) =>
        (Kind, Peer, Closer) = (kind, peer, closer);

    public LookupEventKind Kind { get; }

    /// <summary>Who answered or failed.</summary>
    public KadKey Peer { get; }

    /// <summary>Whom the answer named.</summary>
    public IReadOnlyCollection<KadPeer> Closer { get; }

    /// <summary>Nothing; the caller can do more, or time has passed.</summary>
    public static LookupEvent Poll { get; } = new(LookupEventKind.Poll, default, []);

    /// <summary>The caller has what it wants.</summary>
    public static LookupEvent Cancel { get; } = new(LookupEventKind.Cancel, default, []);

    /// <summary>A peer that was asked has answered.</summary>
    public static LookupEvent Response(KadKey peer, IReadOnlyCollection<KadPeer> closer) =>
        new(LookupEventKind.Response, peer, closer);

    /// <summary>A peer that was asked can't be reached, took too long, or answered rubbish.</summary>
    public static LookupEvent Failure(KadKey peer) => new(LookupEventKind.Failure, peer, []);
}
