namespace Infernet.Core.Audits;

/// <summary>What a sequential test says of a peer.</summary>
public enum SequentialState
{
    /// <summary>The evidence is not enough.</summary>
    Undecided,

    /// <summary>The last test ended for the peer, and the next has begun.</summary>
    Honest,

    /// <summary>The peer cheats.</summary>
    Cheater,
}
