namespace Infernet.Solana.Transactions;

/// <summary>
/// The order in which clients list accounts of the same kind: base58 text as an English dictionary has it, that is
/// digits, then letters, by case only where all else is equal, lower case first. The chain takes any order; with this
/// one the same instructions give the same bytes as @solana/kit's.
/// </summary>
internal sealed class AddressOrder : IComparer<string>
{
    public static AddressOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        int byLetter = string.Compare(x, y, StringComparison.OrdinalIgnoreCase);

        // In ASCII lower case follows upper case, so the order is turned round.
        return byLetter != 0 ? byLetter : string.CompareOrdinal(y, x);
    }
}
