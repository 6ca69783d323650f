using Infernet.Dht.Keys;

namespace Infernet.Dht.Lookups;

/// <summary>What the caller is to do next for a look-up.</summary>
internal readonly record struct LookupStep
{
    public LookupStepKind Kind { get; private init; }

    /// <summary>Whom to ask.</summary>
    public KadPeer Peer { get; private init; }

    /// <summary>While waiting: after how long to poll even if nothing happens; null for never.</summary>
    public TimeSpan? PollAfter { get; private init; }

    /// <summary>Ask the peer, then advance again at once.</summary>
    public static LookupStep Ask(KadPeer peer) => new() { Kind = LookupStepKind.Ask, Peer = peer };

    /// <summary>Wait for an answer, a failure, or the time.</summary>
    public static LookupStep Wait(TimeSpan? pollAfter) => new() { Kind = LookupStepKind.Wait, PollAfter = pollAfter };

    /// <summary>The look-up has ended; its result stands.</summary>
    public static LookupStep Finished { get; } = new() { Kind = LookupStepKind.Finished };
}
