using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Contracts;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Escrows;

/// <summary>
/// The payee's end of <see cref="AttestProtocol"/>: asks all members of the committee at once, until enough have signed.
/// A member's peer id follows from its key on the chain.
/// </summary>
/// <param name="program">The settlement program.</param>
/// <param name="factsAsync">What is known of the cluster.</param>
/// <param name="escrowAsync">An escrow as the chain has it.</param>
/// <param name="askAsync">Asks one member; it may not be found, or not answer.</param>
internal sealed class CommitteeClient(
    Address program, Func<CancellationToken, ValueTask<ClusterFacts>> factsAsync,
    Func<Address, CancellationToken, Task<EscrowState?>> escrowAsync,
    Func<PeerId, ReleaseRequest, CancellationToken, Task<ReleaseAnswer>> askAsync)
{
    /// <summary>As many attestations as a release needs.</summary>
    /// <exception cref="PaymentException">The escrow is gone, or too few sign; says who and why.</exception>
    public async Task<IReadOnlyList<AttestationView>> AttestAsync(
        ReleaseRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        SettlementConfig config = (await factsAsync(cancellationToken).ConfigureAwait(false)).Config;
        if (!Voucher.TryDecode(request.Voucher.Span, out Voucher voucher))
        {
            throw new PaymentException(PaymentCodes.Attestation, "What is held of the escrow is no voucher.");
        }

        EscrowState escrow = await escrowAsync(voucher.Channel, cancellationToken).ConfigureAwait(false)
            ?? throw new PaymentException(
                PaymentCodes.ContractUnknown, $"There is no escrow at {voucher.Channel}; it is closed, or never was.");
        Attestation attestation = ReleaseCheck.AttestationOf(program, request, voucher, escrow.OpenedSlot);
        (List<AttestationView> signed, List<string> refusals) = await GatherAsync(
            request, attestation, config, cancellationToken).ConfigureAwait(false);
        return signed.Count >= config.Threshold
            ? signed
            : throw new PaymentException(
                PaymentCodes.Attestation,
                $"{signed.Count} of the committee sign for the release of {voucher.Cumulative} from the escrow "
                + $"{voucher.Channel}; {config.Threshold} must, before {ContractViews.Time(escrow.Expiry):u}: "
                + string.Join("; ", refusals));
    }

    private async Task<(List<AttestationView> Signed, List<string> Refusals)> GatherAsync(
        ReleaseRequest request, Attestation attestation, SettlementConfig config, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<(AttestationView? View, string Refusal)>> asked =
            [.. config.Committee.Select(m => AskAsync(m, request, attestation, enough.Token))];
        var signed = new List<AttestationView>();
        var refusals = new List<string>();
        await foreach (Task<(AttestationView? View, string Refusal)> answered in Task.WhenEach(asked).ConfigureAwait(false))
        {
            (AttestationView? view, string refusal) = await answered.ConfigureAwait(false);
            if (view is null)
            {
                refusals.Add(refusal);
                continue;
            }

            signed.Add(view);
            if (signed.Count == config.Threshold)
            {
                break;
            }
        }

        await enough.CancelAsync().ConfigureAwait(false);
        await ((Task)Task.WhenAll(asked)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return (signed, refusals);
    }

    private async Task<(AttestationView? View, string Refusal)> AskAsync(
        Address member, ReleaseRequest request, Attestation attestation, CancellationToken cancellationToken)
    {
        var peer = PeerId.FromEd25519(member.Span);
        byte[] expected = attestation.Encode();
        try
        {
            ReleaseAnswer answer = await askAsync(peer, request, cancellationToken).ConfigureAwait(false);
            if (answer.Signature.IsEmpty)
            {
                return (null, $"{peer} says: {Words(answer.Problem)}");
            }

            if (!answer.Attestation.Span.SequenceEqual(expected))
            {
                return (null, $"{peer} signs something else");
            }

            return Ed25519.Verify(member.Span, expected, answer.Signature.Span)
                ? (View(attestation, member, answer), "")
                : (null, $"the signature of {peer} does not hold");
        }
        catch (Exception gone) when (gone is IOException or TimeoutException or OperationCanceledException)
        {
            return (null, $"{peer} can't be asked: {gone.Message}");
        }
    }

    private static string Words(string problem) =>
        problem.Length is > 0 and <= AttestProtocol.MaxProblemLength ? problem : "nothing";

    private static AttestationView View(Attestation attestation, Address member, ReleaseAnswer answer) => new()
    {
        Action = AttestedAction.Name(attestation.Action),
        Program = attestation.Program.ToString(),
        Subject = attestation.Subject.ToString(),
        Evidence = Convert.ToHexStringLower(attestation.Evidence.Span),
        Amount = attestation.Amount,
        Slot = attestation.Slot,
        Sequence = attestation.Sequence,
        Signer = member.ToString(),
        Signature = Convert.ToHexStringLower(answer.Signature.Span),
    };
}
