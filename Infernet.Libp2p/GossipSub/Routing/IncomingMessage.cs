using Infernet.Core.Identity;
using Infernet.Libp2p.GossipSub.Wire;

namespace Infernet.Libp2p.GossipSub.Routing;

/// <summary>A message on its way through the checks.</summary>
/// <param name="Source">The peer that passed it on.</param>
/// <param name="Wire">As it travels.</param>
/// <param name="Message">What it says; its author is not proven before the signature is checked.</param>
/// <param name="Id">What tells it from others.</param>
/// <param name="PublicKey">The author's Ed25519 key.</param>
internal sealed record IncomingMessage(
    PeerId Source, WireMessage Wire, GossipMessage Message, MessageId Id, byte[] PublicKey);
