using Infernet.Core.Api;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Contracts;

/// <summary>One action that enough of the committee signed for, with as many of the signatures as are needed.</summary>
internal sealed record AttestedAction(Attestation Attestation, Ed25519Signature[] Signatures)
{
    // As many as the largest committee has members.
    private const int MaxAttestations = SettlementConfig.MaxCommittee;

    /// <summary>Checks that all say the same, each by another member, and that there are enough.</summary>
    /// <exception cref="PaymentException">They do not; the message says which one, and why.</exception>
    public static AttestedAction Read(
        IReadOnlyList<AttestationView> views, AttestationAction action, Address program, SettlementConfig config)
    {
        if (views.Count == 0)
        {
            throw Wrong($"There is no attestation; {config.Threshold} of the committee must sign.");
        }

        if (views.Count > MaxAttestations || views.Any(v => v is null))
        {
            throw Wrong($"One attestation of each member is needed, {MaxAttestations} at most; {views.Count} were given, or one is empty.");
        }

        var read = views.Select(Read).ToList();
        Attestation first = read[0].Attestation;
        byte[] message = first.Encode();
        if (first.Action != action || first.Program != program)
        {
            throw Wrong(
                $"The attestations are to {views[0].Action} under the program {first.Program}; to "
                + $"{Name(action)} under {program} is needed.");
        }

        var signatures = new Dictionary<Address, Ed25519Signature>();
        foreach ((Attestation attestation, Ed25519Signature signature) in read)
        {
            string problem = !attestation.Encode().AsSpan().SequenceEqual(message) ? "is about something else than the first"
                : !config.Committee.Contains(signature.Signer) ? "is by nobody of the committee"
                : !Core.Identity.Ed25519.Verify(signature.Signer.Span, message, signature.Signature.Span)
                    ? "has a signature that does not hold" : "";
            if (problem.Length > 0)
            {
                throw Wrong($"The attestation of {signature.Signer} {problem}.");
            }

            signatures[signature.Signer] = signature;
        }

        // Each signature costs a fee, so no more go along than are needed.
        return signatures.Count >= config.Threshold
            ? new AttestedAction(first, [.. signatures.Values.Take(config.Threshold)])
            : throw Wrong(
                $"{signatures.Count} of the committee have signed for {first.Amount} of {first.Subject}; "
                + $"{config.Threshold} must.");
    }

    /// <summary>Holds slot and sequence against what the chain has.</summary>
    public void RequireOccasion(ulong slot, ulong sequence)
    {
        if (Attestation.Slot != slot || Attestation.Sequence != sequence)
        {
            throw Wrong(
                $"The attestations are for {Attestation.Subject} of slot {Attestation.Slot} with {Attestation.Sequence} "
                + $"slashes before; the chain has slot {slot} and {sequence}: that occasion is over, new ones are needed.");
        }
    }

    public static string Name(AttestationAction action) => action == AttestationAction.Slash ? "slash" : "release";

    private static (Attestation Attestation, Ed25519Signature Signature) Read(AttestationView view)
    {
        byte[] evidence = Bytes(view.Evidence, Attestation.EvidenceLength, "evidence");
        AttestationAction action = view.Action switch
        {
            "slash" => AttestationAction.Slash,
            "release" => AttestationAction.Release,
            _ => throw Wrong($"'{view.Action}' is no action; 'slash' and 'release' are."),
        };
        return (
            new Attestation(
                ContractWork.Parse(view.Program, "program"), ContractWork.Parse(view.Subject, "node or escrow"), evidence,
                action, view.Amount, view.Slot, view.Sequence),
            new Ed25519Signature(
                ContractWork.Parse(view.Signer, "committee's member"),
                Bytes(view.Signature, Core.Identity.Ed25519.SignatureLength, "signature")));
    }

    private static byte[] Bytes(string hex, int length, string what)
    {
        byte[] bytes = new byte[length];
        return hex.Length == 2 * length
            && Convert.FromHexString(hex, bytes, out _, out int written) == System.Buffers.OperationStatus.Done
            && written == length
            ? bytes : throw Wrong($"An attestation's {what} is not {length} bytes in hex.");
    }

    private static PaymentException Wrong(string sentence) => new(PaymentCodes.Attestation, sentence);
}
