using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Chain;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>
/// Signs for the end of a channel that its payer wants closed at once. From then on, until no block can take the
/// transaction any more, nothing on that channel counts: a payer could keep the signed one, have more work done, and
/// then close by it.
/// </summary>
internal sealed class CloseDesk(
    PeerId self, EarningChain chain, EarningJournal journal, ChannelLookup lookup, VoucherDesk vouchers,
    Func<string, bool> isWorkedFor, Func<CancellationToken, ValueTask<ClusterFacts>> factsAsync,
    TimeProvider time)
{
    /// <summary>Answers a payer.</summary>
    /// <exception cref="PaymentException">The chain can't be asked, or the wallet does not sign.</exception>
    public async Task<PaymentAnswer> CloseAsync(
        CloseChannel request, PeerId payer, CancellationToken cancellationToken)
    {
        ClusterFacts facts = await factsAsync(cancellationToken).ConfigureAwait(false);
        var expected = new ChannelExpectation(facts.Genesis, chain.Program, chain.Wallet, chain.Mint, payer, self);
        if (ChannelCheck.Read(request.Channel, expected, out ChannelKey key) is { } wrong)
        {
            return Refuse(0, wrong);
        }

        string name = key.Derive(chain.Program).Address.ToString();
        if (isWorkedFor(name))
        {
            return Refuse(0, $"a job is open on the channel {name}; close it when that has ended");
        }

        if (!lookup.MayAsk(payer))
        {
            return Refuse(0, "too many questions; try again in a minute");
        }

        (EarningChannelRecord? channel, string problem) = await lookup.FindAsync(key, payer, cancellationToken)
            .ConfigureAwait(false);
        if (channel is null)
        {
            return Refuse(0, problem);
        }

        if (request.Latest is { } latest)
        {
            TakenVoucher taken = await vouchers.TakeAsync(latest, name, [], facts.Asset, soon: false, cancellationToken)
                .ConfigureAwait(false);
            if (taken.Problem is not null)
            {
                return Refuse(taken.Held, taken.Problem);
            }
        }

        return await SignAsync(request, name, facts, cancellationToken).ConfigureAwait(false);
    }

    private async Task<PaymentAnswer> SignAsync(
        CloseChannel request, string name, ClusterFacts facts, CancellationToken cancellationToken)
    {
        EarningChannelRecord known = journal.Channels.Find(name)!;
        EarningChannelRecord channel = await lookup.ReadAgainAsync(known, cancellationToken).ConfigureAwait(false);
        if (channel.IsClosed)
        {
            return Refuse((ulong)channel.Held, $"the channel {name} is not on the chain any more");
        }

        (Message? message, string problem) = CloseCheck.Read(
            request.Transaction.Span, channel, chain.Program, facts.Config);
        if (message is null)
        {
            return Refuse((ulong)channel.Held, problem);
        }

        // First it is durable that nothing counts there any more, then comes the signature.
        await journal.Channels.MarkClosingAsync(name, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        if (isWorkedFor(name))
        {
            await journal.Channels.MarkClosingAsync(name, null, cancellationToken).ConfigureAwait(false);
            return Refuse((ulong)channel.Held, $"a job is open on the channel {name}; close it when that has ended");
        }

        byte[] signature = await chain.CoSign(message, cancellationToken).ConfigureAwait(false);
        return new PaymentAnswer
        {
            Held = (ulong)channel.Held, Signature = UnsafeByteOperations.UnsafeWrap(signature),
        };
    }

    private static PaymentAnswer Refuse(ulong held, string problem) => new() { Held = held, Problem = problem };
}
