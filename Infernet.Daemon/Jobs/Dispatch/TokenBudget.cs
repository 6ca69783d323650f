namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>
/// What may still be generated. An item that is out sets its most tokens aside until it is back, so that the budget
/// is never exceeded, whatever comes.
/// </summary>
internal sealed class TokenBudget(DispatchOptions options, long used)
{
    /// <summary>Tokens of the answers that were accepted.</summary>
    public long Used { get; private set; } = used;

    /// <summary>Items that are out.</summary>
    public long ItemsOut { get; private set; }

    /// <summary>How many more items may go out.</summary>
    public long AllowedItems => options is { TokenBudget: { } budget, MaxTokensPerItem: > 0 and var each }
        ? Math.Max(0, (budget - Used) / each - ItemsOut)
        : long.MaxValue;

    /// <summary>Whether nothing is out and nothing more may go out.</summary>
    public bool IsSpent => ItemsOut == 0 && AllowedItems == 0;

    public void SetAside(int items) => ItemsOut += items;

    public void Return(int items) => ItemsOut -= items;

    public void Spend(int tokens) => Used += tokens;

    /// <summary>An answer was taken back, and its tokens are paid by nobody.</summary>
    public void GiveBack(int tokens) => Used -= tokens;
}
