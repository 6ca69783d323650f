using System.IO.Pipelines;
using Infernet.Core.Identity;
using Infernet.Libp2p.Multistream;
using Infernet.Libp2p.Yamux;

namespace Infernet.Libp2p.Hosting;

/// <summary>
/// The input of a stream whose negotiation is still under way: our proposal travels in front of the first data, and
/// the peer's answer is taken off before the first byte is read.
/// </summary>
internal sealed class NegotiatedInput(
    YamuxStream stream, MultistreamInitiator negotiation, PeerId remote, string protocol) : PipeReader
{
    private readonly PipeReader _inner = stream.Input;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        TryNegotiate() ? _inner.ReadAsync(cancellationToken) : NegotiateAndReadAsync(cancellationToken);

    public override bool TryRead(out ReadResult result)
    {
        result = default;
        return TryNegotiate() && _inner.TryRead(out result);
    }

    public override void AdvanceTo(SequencePosition consumed) => _inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) =>
        _inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => _inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => _inner.Complete(exception);

    /// <summary>Waits until the peer has agreed.</summary>
    /// <exception cref="ProtocolNotSupportedException">It has not.</exception>
    public async ValueTask NegotiateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await StreamNegotiation.InitiateAsync(_inner, negotiation, cancellationToken).ConfigureAwait(false);
        }
        catch (MultistreamException broken)
        {
            throw Fail(broken.Message, broken);
        }

        ThrowIfRefused();
    }

    private async ValueTask<ReadResult> NegotiateAndReadAsync(CancellationToken cancellationToken)
    {
        await NegotiateAsync(cancellationToken).ConfigureAwait(false);
        return await _inner.ReadAsync(cancellationToken).ConfigureAwait(false);
    }

    private bool TryNegotiate()
    {
        if (negotiation.IsAgreed)
        {
            return true;
        }

        try
        {
            StreamNegotiation.TryInitiate(_inner, negotiation);
        }
        catch (MultistreamException broken)
        {
            throw Fail(broken.Message, broken);
        }

        ThrowIfRefused();
        return negotiation.IsAgreed;
    }

    private void ThrowIfRefused()
    {
        if (negotiation.IsRefused)
        {
            throw Fail("it does not speak it", null);
        }
    }

    private ProtocolNotSupportedException Fail(string reason, Exception? inner)
    {
        stream.Reset($"The negotiation of {protocol} failed.");
        return new ProtocolNotSupportedException($"{remote} did not agree to {protocol}: {reason}.", inner);
    }
}
