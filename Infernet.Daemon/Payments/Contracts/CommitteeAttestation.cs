using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Contracts;

/// <summary>
/// A committee member's signature. It is made where the member's key file is: the key goes over no API.
/// </summary>
public static class CommitteeAttestation
{
    /// <summary>Signs what shall be done to a stake or an escrow.</summary>
    /// <param name="subject">What the chain has now.</param>
    /// <param name="evidence">SHA-256 of the evidence file.</param>
    /// <param name="amount">In the smallest unit.</param>
    /// <param name="keyFile">The member's key: in the Solana CLI's format, a node's identity.key, or either sealed.</param>
    /// <param name="passphrase">Unseals it.</param>
    /// <exception cref="ApiException">The key is nobody's of the committee, or the amount more than there is.</exception>
    public static AttestationView Sign(
        AttestationSubject subject, ReadOnlyMemory<byte> evidence, ulong amount, string keyFile, string? passphrase)
    {
        ArgumentNullException.ThrowIfNull(subject);
        (Address member, Func<byte[], byte[]> sign) = Load(keyFile, passphrase);
        if (!subject.Committee.Contains(member.ToString()))
        {
            throw new PaymentException(
                PaymentCodes.Attestation,
                $"The key {member} of {keyFile} is nobody's of the committee: {string.Join(", ", subject.Committee)}.");
        }

        if (amount == 0 || amount > subject.Most)
        {
            throw new PaymentException(
                PaymentCodes.Attestation,
                $"To {subject.Action} {amount} of {subject.Subject} can't be attested: it must be above 0 and at most "
                + $"{subject.Most}, in the smallest unit of {subject.Asset.Symbol}.");
        }

        var attestation = new Attestation(
            ContractWork.Parse(subject.Program, "program"), ContractWork.Parse(subject.Subject, "node or escrow"), evidence,
            subject.Action == AttestedAction.Name(AttestationAction.Slash)
                ? AttestationAction.Slash : AttestationAction.Release,
            amount, subject.Slot, subject.Sequence);
        return new AttestationView
        {
            Action = subject.Action,
            Program = subject.Program,
            Subject = subject.Subject,
            Evidence = Convert.ToHexStringLower(evidence.Span),
            Amount = amount,
            Slot = subject.Slot,
            Sequence = subject.Sequence,
            Signer = member.ToString(),
            Signature = Convert.ToHexStringLower(sign(attestation.Encode())),
        };
    }

    // The setting's passphrase is the wallet's; a committee's key may be sealed by the same one, or not at all.
    private static (Address Member, Func<byte[], byte[]> Sign) Load(string keyFile, string? passphrase)
    {
        try
        {
            return Of(passphrase is not null && IsSealed(keyFile)
                ? WalletFile.Load(keyFile, passphrase) : WalletFile.Load(keyFile));
        }
        catch (KeyFileException other) when (other.Problem == KeyFileProblem.Broken && IdentityOf(keyFile) is { } identity)
        {
            return (new Address(identity.PublicKey), message => identity.Sign(message));
        }
        catch (KeyFileException unusable)
        {
            throw new ApiException(new ApiError { Code = "invalid", Message = unusable.Message }, unusable);
        }
    }

    private static (Address Member, Func<byte[], byte[]> Sign) Of(SolanaKey key) =>
        (key.Address, message => key.Sign(message));

    private static NodeIdentity? IdentityOf(string keyFile)
    {
        try
        {
            return KeyFile.Load(keyFile);
        }
        catch (KeyFileException)
        {
            return null;
        }
    }

    private static bool IsSealed(string keyFile)
    {
        try
        {
            _ = WalletFile.Load(keyFile);
            return false;
        }
        catch (KeyFileException other) when (other.Problem == KeyFileProblem.Broken)
        {
            return false;
        }
        catch (KeyFileException locked) when (locked.Problem == KeyFileProblem.PassphraseNeeded)
        {
            return true;
        }
    }
}
