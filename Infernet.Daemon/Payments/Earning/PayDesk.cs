using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Chain;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>Answers what payers say outside of jobs.</summary>
internal sealed class PayDesk(
    EarningJournal journal, VoucherDesk vouchers, CloseDesk closing,
    Func<CancellationToken, ValueTask<ClusterFacts>> factsAsync)
{
    /// <summary>Whether a peer has a channel here: who has none has nothing to say that could count.</summary>
    public bool IsPayer(PeerId peer) => journal.Channels.HasOpen(peer);

    /// <summary>The answer to one message.</summary>
    public async Task<PaymentAnswer> AnswerAsync(
        PayMessage message, PeerId payer, CancellationToken cancellationToken)
    {
        try
        {
            PaymentAnswer answer = message.BodyCase switch
            {
                PayMessage.BodyOneofCase.Payment =>
                    await TakeAsync(message.Payment, payer, cancellationToken).ConfigureAwait(false),
                PayMessage.BodyOneofCase.Close =>
                    await closing.CloseAsync(message.Close, payer, cancellationToken).ConfigureAwait(false),
                _ => new PaymentAnswer { Problem = "the message holds neither a payment nor a request to close" },
            };
            answer.Problem = Shortened(answer.Problem);
            return answer;
        }
        catch (Exception failed) when (failed is PaymentException or JournalException)
        {
            return new PaymentAnswer { Problem = Shortened(ReasonForPeers.Of(failed)) };
        }
    }

    private async Task<PaymentAnswer> TakeAsync(Payment payment, PeerId payer, CancellationToken cancellationToken)
    {
        if (!Voucher.TryDecode(payment.Voucher.Span, out Voucher voucher))
        {
            return new PaymentAnswer { Problem = $"a voucher has {Voucher.Length} bytes that begin with 56 01" };
        }

        string name = voucher.Channel.ToString();
        if (journal.Channels.Find(name) is not { } channel || channel.Peer != payer)
        {
            return new PaymentAnswer { Problem = $"no offer of {payer} was ever taken on the channel {name}" };
        }

        ClusterFacts facts = await factsAsync(cancellationToken).ConfigureAwait(false);
        TakenVoucher taken = await vouchers.TakeAsync(payment, name, [], facts.Asset, soon: false, cancellationToken)
            .ConfigureAwait(false);
        return new PaymentAnswer { Held = taken.Held, Problem = taken.Problem ?? "" };
    }

    private static string Shortened(string problem) =>
        problem.Length <= PayProtocol.MaxProblemLength ? problem : problem[..PayProtocol.MaxProblemLength];
}
