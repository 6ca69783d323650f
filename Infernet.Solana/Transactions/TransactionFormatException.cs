namespace Infernet.Solana.Transactions;

/// <summary>Bytes are no transaction, or instructions make none; the message says what and where.</summary>
public sealed class TransactionFormatException(string message, Exception? inner = null)
    : FormatException(message, inner);
