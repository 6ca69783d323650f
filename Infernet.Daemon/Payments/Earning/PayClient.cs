using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Libp2p.Hosting;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>The payer's end of <see cref="PayProtocol"/>: one stream, one message, one answer.</summary>
internal sealed class PayClient(Libp2pHost host, TimeProvider time)
{
    /// <summary>Brings a voucher to its payee; the answer says which one that holds then.</summary>
    /// <exception cref="IOException">The peer can't be reached, takes no payments, or answers nonsense.</exception>
    /// <exception cref="TimeoutException">It answers nothing.</exception>
    public Task<PaymentAnswer> DeliverAsync(PeerId peer, Payment payment, CancellationToken cancellationToken) =>
        AskAsync(peer, new PayMessage { Payment = payment }, cancellationToken);

    /// <summary>Asks a payee to sign for the end of a channel; the answer has its signature, or says why not.</summary>
    /// <exception cref="IOException">The peer can't be reached, takes no payments, or answers nonsense.</exception>
    /// <exception cref="TimeoutException">It answers nothing.</exception>
    public Task<PaymentAnswer> CloseAsync(PeerId peer, CloseChannel close, CancellationToken cancellationToken) =>
        AskAsync(peer, new PayMessage { Close = close }, cancellationToken);

    private Task<PaymentAnswer> AskAsync(PeerId peer, PayMessage message, CancellationToken cancellationToken) =>
        OneQuestion.AskAsync(
            host, peer, PayProtocol.Id, message, PaymentAnswer.Parser, PayProtocol.MaxAnswerSize, time, cancellationToken);
}
