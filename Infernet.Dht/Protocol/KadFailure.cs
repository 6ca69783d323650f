namespace Infernet.Dht.Protocol;

/// <summary>Why a request has no answer, by the stage where it ended.</summary>
internal enum KadFailure
{
    /// <summary>It has one.</summary>
    None,

    /// <summary>The peer can't be dialed, or doesn't speak the protocol.</summary>
    Unreachable,

    /// <summary>The peer took too long.</summary>
    TimedOut,

    /// <summary>The stream or connection ended before the answer: also how peers refuse a request.</summary>
    StreamLost,

    /// <summary>What came back is no answer to what was asked.</summary>
    BrokeProtocol,
}
