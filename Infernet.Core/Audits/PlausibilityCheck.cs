namespace Infernet.Core.Audits;

/// <summary>The six things that a shard's receipt is looked over for before anybody spends work on judging it.</summary>
public enum PlausibilityCheck
{
    /// <summary>It is about a job, an offer and a shard that this node sent out.</summary>
    JobKnown,

    /// <summary>Whatever was generated, its tokens are there; whatever was embedded, its vector is.</summary>
    TokensPresent,

    /// <summary>It names the provider that was asked, the node that asked, and an engine.</summary>
    RightNode,

    /// <summary>Every item has an end, and one that fits: a length that was reached, or a stop.</summary>
    CompletionMarker,

    /// <summary>No more time than passed, and no more speed than can be.</summary>
    TimeWithinBounds,

    /// <summary>All hashes have a hash's length and are not blank.</summary>
    HashesWellFormed,
}
