namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>
/// A shard for a paid provider that is being filled. It takes half of what may ever be out, so that one shard is computed
/// while the one before is paid; and where the room ends before that, it had better wait until there is more.
/// </summary>
internal sealed class ShardFilling(Purse purse)
{
    // A shard of one item is as dear as one of many: no window is so small that it is worth halving for that.
    private const int LeastItems = 2;

    private ulong _prompt;
    private ulong _count;
    private bool _isCut;

    /// <summary>
    /// Whether what was taken had better wait: the room ended early, and there will be more when what is out comes back, or
    /// when what is owed is paid. With neither nothing is waited for, or a window smaller than a shard would be a dead end.
    /// </summary>
    public bool IsSilly => _isCut && !purse.IsIdle;

    /// <summary>Takes an item if it still fits.</summary>
    public bool TryAdd(int item)
    {
        ulong prompt = _prompt + purse.PromptOf(item);
        ulong cost = purse.CostOf(prompt, _count + 1);
        if (_count >= LeastItems && cost > purse.Funds.Whole / 2)
        {
            return false;
        }

        if (!purse.Allows(cost, _count + 1, waits: true))
        {
            // For one that is too large to go beside others nothing waits: they pass it by.
            _isCut |= purse.MayEver(item);
            return false;
        }

        (_prompt, _count) = (prompt, _count + 1);
        return true;
    }
}
