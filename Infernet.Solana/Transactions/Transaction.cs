using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Solana.Keys;

namespace Infernet.Solana.Transactions;

/// <summary>
/// A message with its signatures, in the order of the accounts that must sign; a missing one is 64 zero bytes.
/// </summary>
public sealed class Transaction
{
    private readonly byte[][] _signatures;
    private readonly byte[] _messageBytes;

    private Transaction(Message message, byte[] messageBytes, byte[][] signatures)
    {
        Message = message;
        _messageBytes = messageBytes;
        _signatures = signatures;
    }

    public Message Message { get; }

    /// <summary>What the signers sign.</summary>
    public ReadOnlyMemory<byte> MessageBytes => _messageBytes;

    /// <summary>The fee payer's signature in base58: what the chain calls the transaction by.</summary>
    public string Id => Base58.Encode(_signatures[0]);

    /// <summary>Whether every signature is there and right.</summary>
    public bool IsFullySigned => !_signatures
        .Where((s, i) => !Ed25519.Verify(Message.Accounts[i].Span, _messageBytes, s)).Any();

    /// <summary>Signs with the given keys; who else must sign does so by <see cref="With(SolanaKey)"/>.</summary>
    /// <exception cref="TransactionFormatException">A key is not asked for, or the result is too long.</exception>
    public static Transaction Sign(Message message, params IReadOnlyList<SolanaKey> keys)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(keys);
        var signatures = new byte[message.Header.Signers][];
        Array.Fill(signatures, new byte[Ed25519.SignatureLength]);
        var unsigned = new Transaction(message, message.Serialize(), signatures);
        int length = unsigned.Serialize().Length;
        return length <= TransactionLimits.MaxTransactionLength
            ? keys.Aggregate(unsigned, (transaction, key) => transaction.With(key))
            : throw new TransactionFormatException(
                $"The transaction has {length} bytes; at most {TransactionLimits.MaxTransactionLength} are allowed.");
    }

    /// <summary>The same transaction with one more signature.</summary>
    /// <exception cref="TransactionFormatException">The key is none that must sign.</exception>
    public Transaction With(SolanaKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return With(key.Address, key.Sign(_messageBytes));
    }

    /// <summary>The same transaction with a signature that somebody else made.</summary>
    /// <exception cref="TransactionFormatException">
    /// The signer is none that must sign, or the signature is not one of these bytes.
    /// </exception>
    public Transaction With(Address signer, ReadOnlySpan<byte> signature)
    {
        for (int i = 0; i < _signatures.Length; i++)
        {
            if (Message.Accounts[i] == signer)
            {
                byte[][] signatures = [.. _signatures];
                signatures[i] = Ed25519.Verify(signer.Span, _messageBytes, signature)
                    ? signature.ToArray()
                    : throw new TransactionFormatException($"The signature of {signer} does not fit the transaction.");
                return new Transaction(Message, _messageBytes, signatures);
            }
        }

        throw new TransactionFormatException($"{signer} is not among the accounts that must sign.");
    }

    /// <summary>A signer's signature; 64 zero bytes if it has not signed yet.</summary>
    /// <exception cref="TransactionFormatException">The signer is none that must sign.</exception>
    public ReadOnlyMemory<byte> SignatureOf(Address signer)
    {
        for (int i = 0; i < _signatures.Length; i++)
        {
            if (Message.Accounts[i] == signer)
            {
                return _signatures[i];
            }
        }

        throw new TransactionFormatException($"{signer} is not among the accounts that must sign.");
    }

    public byte[] Serialize()
    {
        var to = new List<byte>(TransactionLimits.MaxTransactionLength);
        CompactU16.Write(to, _signatures.Length);
        foreach (byte[] signature in _signatures)
        {
            to.AddRange(signature);
        }

        to.AddRange(_messageBytes);
        return [.. to];
    }

    /// <summary>Reads a transaction; signatures are not verified (<see cref="IsFullySigned"/> does).</summary>
    /// <exception cref="TransactionFormatException">The bytes are none.</exception>
    public static Transaction Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > TransactionLimits.MaxTransactionLength)
        {
            throw new TransactionFormatException(
                $"{bytes.Length} bytes; at most {TransactionLimits.MaxTransactionLength} are allowed.");
        }

        var reader = new WireReader(bytes);
        var signatures = new byte[reader.Count("signatures", Ed25519.SignatureLength)][];
        for (int i = 0; i < signatures.Length; i++)
        {
            signatures[i] = reader.Take(Ed25519.SignatureLength, "signature").ToArray();
        }

        ReadOnlySpan<byte> messageBytes = reader.Take(reader.Remaining, "message");
        Message message = MessageReader.Read(messageBytes);
        return message.Header.Signers == signatures.Length
            ? new Transaction(message, messageBytes.ToArray(), signatures)
            : throw new TransactionFormatException(
                $"{signatures.Length} signatures; the message needs {message.Header.Signers}.");
    }
}
