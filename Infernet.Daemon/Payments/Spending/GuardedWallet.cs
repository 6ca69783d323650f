using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Solana.Keys;
using Infernet.Solana.Transactions;

namespace Infernet.Daemon.Payments.Spending;

/// <summary>
/// The wallet's key, which signs nothing but messages that the spending ledger permitted, and counts again itself what
/// they cost.
/// </summary>
internal sealed class GuardedWallet
{
    private readonly SolanaKey _key;

    /// <param name="key">The wallet's key; nobody else keeps it.</param>
    /// <param name="program">The settlement program.</param>
    public GuardedWallet(SolanaKey key, Address program)
    {
        _key = key;
        Reader = new TransactionOutflow(key.Address, program);
    }

    public Address Address => _key.Address;

    /// <summary>Prices messages for this wallet.</summary>
    public TransactionOutflow Reader { get; }

    /// <summary>Opens the wallet's file.</summary>
    /// <exception cref="PaymentException">It is not there, or can't be opened.</exception>
    public static GuardedWallet Load(string path, string? passphrase, Address program)
    {
        if (!File.Exists(path))
        {
            throw new PaymentException(
                PaymentCodes.WalletMissing,
                $"Payments are on, but there is no wallet at {path}: make one by 'infernet wallet create', or turn "
                + "payments off.");
        }

        try
        {
            return new GuardedWallet(WalletFile.Load(path, passphrase), program);
        }
        catch (KeyFileException unusable)
        {
            throw new PaymentException(PaymentCodes.WalletMissing, unusable.Message, unusable);
        }
    }

    /// <summary>Signs; the keys beside it sign too, and whoever else must does so later.</summary>
    /// <exception cref="PaymentException">The permit is not for this, or something is taken that it does not cover.</exception>
    public Transaction Sign(
        Message message, OutflowScope scope, SpendingPermit permit, params IReadOnlyList<SolanaKey> others)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(permit);
        Outflow outflow = Reader.Of(message, scope);
        if (!outflow.IsWithin(permit.Outflow))
        {
            throw NotSigned("takes more than was permitted");
        }

        if (message.Accounts[0] != Address && !outflow.IsEmpty)
        {
            throw NotSigned($"takes money, though {message.Accounts[0]} pays its fee");
        }

        permit.Use(message.Serialize());
        return Transaction.Sign(message, [_key, .. others]);
    }

    private static PaymentException NotSigned(string what) =>
        new(PaymentCodes.NotSigned, $"The wallet does not sign a transaction that {what}.");
}
