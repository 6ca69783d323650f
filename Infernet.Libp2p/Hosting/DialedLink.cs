using Infernet.Core.Multiformats;
using Infernet.Libp2p.Upgrade;

namespace Infernet.Libp2p.Hosting;

/// <summary>A secured link and the address where it was reached.</summary>
internal sealed record DialedLink(SecureLink Link, Multiaddr Address);
