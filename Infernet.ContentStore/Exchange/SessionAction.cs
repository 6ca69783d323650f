namespace Infernet.ContentStore.Exchange;

/// <summary>What a fetch session wants done with one of its peers.</summary>
internal abstract record SessionAction(int Peer)
{
    /// <summary>Ask it for these items.</summary>
    public sealed record Request(int Peer, IReadOnlyList<int> Items) : SessionAction(Peer);

    /// <summary>Tell it that an item is no longer wanted.</summary>
    public sealed record Cancel(int Peer, int Item) : SessionAction(Peer);

    /// <summary>Ask again what it has; it is still fetching itself.</summary>
    public sealed record AskHave(int Peer) : SessionAction(Peer);

    /// <summary>Give it up; the session has forgotten it already.</summary>
    public sealed record Drop(int Peer, string Reason) : SessionAction(Peer);
}
