using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Solana.Keys;

namespace Infernet.Daemon.Audits.Asking;

/// <summary>A peer that serves a model, so that it could judge answers of it.</summary>
/// <param name="Peer">Which.</param>
/// <param name="Prices">What it asks.</param>
/// <param name="Payout">Where it is paid; null if it does not say.</param>
internal sealed record ServingAuditor(PeerId Peer, Prices Prices, Address? Payout);
