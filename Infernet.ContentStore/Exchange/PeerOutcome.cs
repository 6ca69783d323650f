using Infernet.Core.Identity;

namespace Infernet.ContentStore.Exchange;

/// <summary>What one provider did in a fetch: the bytes it gave, and why it was given up, if it was.</summary>
/// <param name="Peer">The provider.</param>
/// <param name="Bytes">Bytes of verified blocks that it sent.</param>
/// <param name="Failure">Why nothing more was asked of it; null if it served to the end.</param>
/// <param name="Misbehaved">Whether it broke the protocol or sent wrong bytes, rather than merely failing.</param>
public sealed record PeerOutcome(PeerId Peer, long Bytes, string? Failure, bool Misbehaved);
