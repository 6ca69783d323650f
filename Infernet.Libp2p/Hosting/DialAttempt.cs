using Infernet.Core.Multiformats;

namespace Infernet.Libp2p.Hosting;

/// <summary>How one address did: a link, or the reason why there is none.</summary>
internal sealed record DialAttempt(Multiaddr Address, DialedLink? Link, string? Failure);
