using System.Security.Cryptography;
using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Escrows;

/// <summary>
/// Whether a member of the committee signs for an escrow's release. It judges no work: the payer signed the sum, and the
/// payee, who alone may ask, is content with it. Pure.
/// </summary>
internal static class ReleaseCheck
{
    /// <summary>Holds a request against itself and its asker, before the chain is asked.</summary>
    /// <param name="request">As it came.</param>
    /// <param name="asker">Who is at the other end of the stream.</param>
    /// <param name="genesis">The cluster's genesis hash.</param>
    /// <param name="program">The settlement program.</param>
    /// <param name="now">The time.</param>
    /// <param name="voucher">What its voucher says, if nothing is wrong.</param>
    /// <returns>What is wrong, as a sentence; null if nothing is.</returns>
    public static string? Read(
        ReleaseRequest request, PeerId asker, Address genesis, Address program, DateTimeOffset now, out Voucher voucher)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(asker);
        voucher = default;
        if (EscrowReferences.Read(request.Escrow, genesis, program, out EscrowKey key) is { } wrong)
        {
            return wrong;
        }

        if (!PaymentIntentEnvelope.TryOpen(request.IntentEnvelope.Span, out PaymentIntent intent, out PeerId payer)
            || !intent.Payer.Span.SequenceEqual(payer.Span))
        {
            return "the payment intent is none, or its signature is wrong";
        }

        if (!intent.Payee.Span.SequenceEqual(asker.Span))
        {
            return $"the payment intent is for another provider than {asker}, and nobody else may ask: a payer could have an "
                + "early, small voucher released";
        }

        return EscrowReferences.FindProblem(request.Escrow, intent, payer)
            ?? (Asset.TryNormalize(intent.Mint, out var mint) && (mint.IsEmpty ? default : new Address(mint.Span)) == key.Mint
                ? null : "the payment intent is in another mint than the escrow")
            ?? Voucher(request, key.Derive(program).Address, payer, now, out voucher);
    }

    /// <summary>Holds a voucher against the escrow as the chain has it; null if nothing is wrong.</summary>
    public static string? FindProblem(EscrowState? escrow, Voucher voucher, DateTimeOffset now) =>
        escrow is null ? $"there is no escrow {voucher.Channel} on the chain; it has ended, or never was"
        : now.ToUnixTimeSeconds() >= escrow.Expiry ? $"the escrow {voucher.Channel} has expired; it goes back to its payer"
        : voucher.Cumulative > escrow.Amount
            ? $"the voucher says {voucher.Cumulative}, and the escrow {voucher.Channel} holds {escrow.Amount}"
        : null;

    /// <summary>What a member signs.</summary>
    /// <param name="program">The settlement program.</param>
    /// <param name="request">In which nothing is wrong.</param>
    /// <param name="voucher">What its voucher says.</param>
    /// <param name="openedSlot">The escrow's, as the chain has it.</param>
    public static Attestation AttestationOf(Address program, ReleaseRequest request, Voucher voucher, ulong openedSlot) =>
        new(program, voucher.Channel, EvidenceOf(request, voucher.Channel), AttestationAction.Release, voucher.Cumulative,
            openedSlot, 0);

    /// <summary>The evidence that an attestation names: the request, whatever way its message was written. 32 bytes.</summary>
    public static byte[] EvidenceOf(ReleaseRequest request, Address escrow)
    {
        ArgumentNullException.ThrowIfNull(request);
        return SHA256.HashData([
            .. "infernet-release"u8, .. escrow.Span, .. request.Voucher.Span, .. request.Signature.Span,
            .. SHA256.HashData(request.IntentEnvelope.Span),
        ]);
    }

    private static string? Voucher(
        ReleaseRequest request, Address escrow, PeerId payer, DateTimeOffset now, out Voucher voucher) =>
        !Solana.Settlement.Voucher.TryDecode(request.Voucher.Span, out voucher)
            ? $"a voucher has {Solana.Settlement.Voucher.Length} bytes that begin with 56 01"
        : voucher.Channel != escrow ? $"the voucher is for {voucher.Channel}, not for the escrow {escrow}"
        : voucher.Cumulative == 0 ? "the voucher says nothing is owed"
        : voucher.ExpiresAt != 0 && voucher.ExpiresAt <= now.ToUnixTimeSeconds()
            ? $"the voucher ended at {voucher.ExpiresAt} (Unix seconds)"
        : request.Signature.Length != Ed25519.SignatureLength || !payer.TryGetEd25519(out byte[] key)
            || !voucher.IsSignedBy(new Address(key), request.Signature.Span)
            ? $"the voucher is not signed by {payer}, the intent's payer"
        : null;
}
