using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Messages;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>The payer's end of <see cref="PayProtocol"/>: one stream, one message, one answer.</summary>
internal sealed class PayClient(Libp2pHost host, TimeProvider time)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

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

    private async Task<PaymentAnswer> AskAsync(PeerId peer, PayMessage message, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await using PeerStream stream = await host.OpenStreamAsync(peer, PayProtocol.Id, linked.Token)
                .ConfigureAwait(false);
            await LengthPrefixed.WriteAsync(stream.Output, message, linked.Token).ConfigureAwait(false);
            await stream.CloseWriteAsync(linked.Token).ConfigureAwait(false);
            return await LengthPrefixed
                .ReadAsync(stream.Input, PaymentAnswer.Parser, PayProtocol.MaxAnswerSize, linked.Token)
                .ConfigureAwait(false)
                ?? throw new MessageException($"{peer} closed the stream without an answer");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{peer} did not answer {PayProtocol.Id} within {Timeout.TotalSeconds} s");
        }
    }
}
