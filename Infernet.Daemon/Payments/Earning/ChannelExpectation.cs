using Infernet.Core.Identity;
using Infernet.Solana.Keys;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>What a channel has to be, for this node to be paid on it.</summary>
/// <param name="Genesis">The cluster's genesis hash.</param>
/// <param name="Program">The settlement program.</param>
/// <param name="Wallet">This node's.</param>
/// <param name="Mint">What it is paid in.</param>
/// <param name="Payer">Whose identity key signs.</param>
/// <param name="Self">This node, which the salt has to name.</param>
internal sealed record ChannelExpectation(
    Address Genesis, Address Program, Address Wallet, Address Mint, PeerId Payer, PeerId Self);
