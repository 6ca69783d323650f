namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>
/// What may still be generated. An item that is out sets its most tokens aside until it is back, so that the budget
/// is never exceeded, whatever comes.
/// </summary>
internal sealed class TokenBudget(DispatchOptions options, long used)
{
    private long _itemsOut;

    /// <summary>Tokens of the answers that were accepted.</summary>
    public long Used { get; private set; } = used;

    /// <summary>How many more items may go out.</summary>
    public long AllowedItems => options is { TokenBudget: { } budget, MaxTokensPerItem: > 0 and var each }
        ? Math.Max(0, (budget - Used) / each - _itemsOut)
        : long.MaxValue;

    /// <summary>Whether nothing is out and nothing more may go out.</summary>
    public bool IsSpent => _itemsOut == 0 && AllowedItems == 0;

    public void SetAside(int items) => _itemsOut += items;

    public void Return(int items) => _itemsOut -= items;

    public void Spend(int tokens) => Used += tokens;

    /// <summary>An answer was taken back, and its tokens are paid by nobody.</summary>
    public void GiveBack(int tokens) => Used -= tokens;
}
