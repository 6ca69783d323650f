using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Escrows;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>
/// Finds what an offer is to be paid by, a channel or an escrow: what it says is held against this node and against its
/// intent first, and then the chain is asked.
/// </summary>
internal sealed class OfferedMeans(EarnerGround ground, IntentGate intents, ChannelLookup lookup)
{
    /// <summary>The channel or escrow with the intent, or a sentence that says what is wrong.</summary>
    /// <exception cref="JournalException">Nothing can be written.</exception>
    public async Task<(EarningChannelRecord? Channel, PaymentIntent Intent, string Problem)> FindAsync(
        PaidAsk ask, PeerId payer, ClusterFacts facts, CancellationToken cancellationToken)
    {
        OfferPayment payment = ask.Payment;
        ChannelKey key = null!;
        string? wrong = payment is { Channel: not null, Escrow: not null }
            ? "the offer names both a channel and an escrow; one of them pays"
            : payment.Escrow is null ? Read(payment.Channel, payer, facts, out key)
            : Read(payment.Escrow, facts);
        if (wrong is not null)
        {
            return (null, new PaymentIntent(), wrong);
        }

        if (intents.FindProblem(ask, payer, facts.Asset, out PaymentIntent intent) is { } wrongIntent)
        {
            return (null, intent, wrongIntent);
        }

        if (payment.Escrow is { } escrow && EscrowReferences.FindProblem(escrow, intent, payer) is { } foreign)
        {
            return (null, intent, foreign);
        }

        (EarningChannelRecord? found, string problem) = await (payment.Escrow is null
            ? lookup.FindAsync(key, payer, cancellationToken)
            : lookup.FindAsync(
                new ReleaseRequest { Escrow = payment.Escrow, IntentEnvelope = payment.IntentEnvelope }, payer,
                cancellationToken)).ConfigureAwait(false);
        return (found, intent, problem);
    }

    private string? Read(ChannelReference? channel, PeerId payer, ClusterFacts facts, out ChannelKey key) =>
        ChannelCheck.Read(
            channel,
            new ChannelExpectation(
                facts.Genesis, ground.Chain.Program, ground.Chain.Wallet, ground.Chain.Mint, payer, ground.Self),
            out key);

    private string? Read(EscrowReference escrow, ClusterFacts facts)
    {
        EarningChain chain = ground.Chain;
        return !ground.Options.TakeEscrows ? "this node takes no escrows; offer a channel"
            : EscrowReferences.Read(escrow, facts.Genesis, chain.Program, out EscrowKey key) is { } wrong ? wrong
            : key.Payee != chain.Wallet ? $"the escrow pays {key.Payee}; here it is {chain.Wallet}"
            : key.Mint != chain.Mint ? $"wrong mint: the escrow is in {Name(key.Mint)}, this node is paid in {Name(chain.Mint)}"
            : facts.Config.Threshold == 0 || facts.Config.Threshold > facts.Config.Committee.Count
                ? "the settlement program has no committee that could release an escrow; offer a channel"
            : null;
    }

    private static string Name(Address mint) => Core.Payments.Asset.NameOf(ByteString.CopyFrom(mint.Span));
}
