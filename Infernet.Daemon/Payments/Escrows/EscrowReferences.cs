using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Escrows;

/// <summary>How messages name escrows, and whether what they say fits. Pure.</summary>
internal static class EscrowReferences
{
    /// <summary>An escrow as messages name it.</summary>
    public static EscrowReference Of(Address genesis, Address program, EscrowKey key, ReadOnlyMemory<byte> salt) => new()
    {
        Genesis = ByteString.CopyFrom(genesis.Span),
        Program = ByteString.CopyFrom(program.Span),
        Payer = ByteString.CopyFrom(key.Payer.Span),
        Payee = ByteString.CopyFrom(key.Payee.Span),
        Mint = key.Mint == default ? ByteString.Empty : ByteString.CopyFrom(key.Mint.Span),
        Job = ByteString.CopyFrom(key.Job.Span),
        Salt = ByteString.CopyFrom(salt.Span),
    };

    /// <summary>Reads what a peer says of an escrow, and holds it against the cluster and program of this node.</summary>
    /// <param name="reference">As it came; null if it did not.</param>
    /// <param name="genesis">The cluster's genesis hash.</param>
    /// <param name="program">The settlement program.</param>
    /// <param name="key">What its address follows from, if nothing is wrong.</param>
    /// <returns>What is wrong, as a sentence; null if nothing is.</returns>
    public static string? Read(EscrowReference? reference, Address genesis, Address program, out EscrowKey key)
    {
        key = null!;
        if (reference is null)
        {
            return "no escrow is named";
        }

        if (!Asset.TryNormalize(reference.Mint, out ByteString mint))
        {
            return $"the escrow's mint has {reference.Mint.Length} bytes; one has {Asset.MintLength}, lamports have none";
        }

        string? problem = Length(reference.Genesis, "genesis") ?? Length(reference.Program, "program")
            ?? Length(reference.Payer, "payer") ?? Length(reference.Payee, "payee") ?? Length(reference.Job, "job")
            ?? (reference.Salt.Length == EscrowName.SaltLength
                ? null : $"the escrow's salt has {reference.Salt.Length} bytes; {EscrowName.SaltLength} are needed");
        if (problem is not null)
        {
            return problem;
        }

        key = KeyOf(reference);
        return Differs("wrong cluster: the escrow is on the cluster", new Address(reference.Genesis.Span), genesis)
            ?? Differs("wrong program: the escrow is held by", new Address(reference.Program.Span), program);
    }

    /// <summary>What an escrow's address follows from, where its reference was read before.</summary>
    public static EscrowKey KeyOf(EscrowReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return new EscrowKey(
            new Address(reference.Payer.Span), new Address(reference.Payee.Span),
            reference.Mint.IsEmpty ? default : new Address(reference.Mint.Span), reference.Job.ToByteArray());
    }

    /// <summary>Whether an escrow was opened for an intent, by whoever signed that; null if so.</summary>
    /// <param name="reference">With its lengths right.</param>
    /// <param name="intent">Its signature is the payer's.</param>
    /// <param name="payer">Who signed it.</param>
    public static string? FindProblem(EscrowReference reference, PaymentIntent intent, PeerId payer)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(intent);
        ReadOnlySpan<byte> job = reference.Job.Span;
        return intent.Id.Length != PaymentIntentEnvelope.IdLength || intent.JobId.Length != PaymentIntentEnvelope.IdLength
            || !job[..PaymentIntentEnvelope.IdLength].SequenceEqual(intent.Id.Span)
            || !job[PaymentIntentEnvelope.IdLength..].SequenceEqual(intent.JobId.Span)
                ? "the escrow is for another intent or another job: its 32 bytes are the intent's id, then the job's"
            : !intent.Id.Span.SequenceEqual(EscrowName.IdOf(payer, reference.Salt.Span))
                ? $"the escrow does not name {payer} as the one whose vouchers count: the intent's id must be the hash of "
                    + "that and of the escrow's salt"
            : null;
    }

    private static string? Length(ByteString bytes, string field) => bytes.Length == Address.Length
        ? null
        : $"the escrow's {field} has {bytes.Length} bytes; {Address.Length} are needed";

    private static string? Differs(string what, Address there, Address here) =>
        there == here ? null : $"{what} {there}; here it is {here}";
}
