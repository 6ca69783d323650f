namespace Infernet.Solana.Histories;

/// <summary>The program did something else than the model says.</summary>
public sealed class HistoryException(string message) : Exception(message);
