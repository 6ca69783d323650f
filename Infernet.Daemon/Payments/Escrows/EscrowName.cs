using System.Security.Cryptography;
using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Escrows;

/// <summary>
/// What a job's escrow is named by on the chain: the id of its intent, then the job's. The program knows of an escrow's
/// payer the wallet alone, and vouchers are signed by the node's identity; so the intent's id is a hash of that identity
/// and of a salt. Else a payee could make up an identity, and with it the vouchers.
/// </summary>
/// <param name="Job">The 32 bytes.</param>
/// <param name="Salt">16 bytes.</param>
internal sealed record EscrowName(ReadOnlyMemory<byte> Job, ReadOnlyMemory<byte> Salt)
{
    public const int SaltLength = 16;
    private const int IdLength = PaymentIntentEnvelope.IdLength;

    /// <summary>The intent's.</summary>
    public byte[] Id => Job[..IdLength].ToArray();

    /// <summary>A new one.</summary>
    public static EscrowName New(PeerId payer, byte[] jobId)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltLength);
        return new EscrowName((byte[])[.. IdOf(payer, salt), .. jobId], salt);
    }

    /// <summary>The id of a payer's intent for an escrow with this salt.</summary>
    public static byte[] IdOf(PeerId payer, ReadOnlySpan<byte> salt)
    {
        ArgumentNullException.ThrowIfNull(payer);
        return SHA256.HashData([.. "infernet-escrow"u8, .. payer.Span, .. salt])[..IdLength];
    }

    /// <summary>Whether it is for this job.</summary>
    public bool IsFor(ReadOnlySpan<byte> jobId) =>
        Job.Length == EscrowKey.JobLength && Job.Span[IdLength..].SequenceEqual(jobId);
}
