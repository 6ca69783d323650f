using System.Security.Cryptography;
using Infernet.Core.Api;

namespace Infernet.Daemon.Payments.Spending;

/// <summary>
/// The ledger's word that these very bytes may be signed: what they cost stands in the journal. It is good once, and
/// only <see cref="SpendingLedger"/> can make one.
/// </summary>
internal sealed class SpendingPermit
{
    private readonly byte[] _subject;
    private int _used;

    /// <param name="seal">What only the ledger has.</param>
    /// <param name="bytes">What may be signed.</param>
    /// <param name="outflow">What stands in the journal for it.</param>
    public SpendingPermit(SpendingLedger.Seal seal, ReadOnlySpan<byte> bytes, Outflow outflow)
    {
        ArgumentNullException.ThrowIfNull(seal);
        _subject = SHA256.HashData(bytes);
        Outflow = outflow;
    }

    /// <summary>What is accounted for.</summary>
    public Outflow Outflow { get; }

    /// <summary>Uses it up.</summary>
    /// <exception cref="PaymentException">It is for other bytes, or was used before.</exception>
    public void Use(ReadOnlySpan<byte> bytes)
    {
        if (!SHA256.HashData(bytes).AsSpan().SequenceEqual(_subject))
        {
            throw new PaymentException(PaymentCodes.NotSigned, "This was permitted for something else than is to be signed.");
        }

        if (Interlocked.Exchange(ref _used, 1) != 0)
        {
            throw new PaymentException(PaymentCodes.NotSigned, "What this permitted was signed already.");
        }
    }
}
