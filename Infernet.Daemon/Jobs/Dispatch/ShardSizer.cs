namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>How many items a provider gets at a time: pure arithmetic.</summary>
internal static class ShardSizer
{
    /// <summary>
    /// Items for the next shard of a provider. As the fresh items run out shards shrink to half of the provider's
    /// share of them (guided self-scheduling), so that all providers end at about the same time.
    /// </summary>
    public static int Size(ProviderState provider, int fresh, double allItemsPerSecond, DispatchOptions options)
    {
        if (options.ShardSize is { } asked)
        {
            return Math.Min(asked, provider.MaxItems);
        }

        double bySpeed = provider.ItemsPerSecond * options.ShardDuration.TotalSeconds;
        double share = fresh * provider.ItemsPerSecond / Math.Max(allItemsPerSecond, provider.ItemsPerSecond) / 2;
        int floor = Math.Max(1, provider.Slots / 4);
        double size = Math.Max(floor, Math.Min(Math.Ceiling(bySpeed), Math.Ceiling(share)));
        return (int)Math.Clamp(size, 1, Math.Max(1, Math.Min(options.MaxShardItems, provider.MaxItems / 2)));
    }

    /// <summary>Cuts units into shards that are no larger than others.</summary>
    public static IEnumerable<IReadOnlyList<int>> Cut(
        IReadOnlyList<int> units, Func<int, int> sizeOf, DispatchOptions options)
    {
        var part = new List<int>();
        long bytes = 0;
        foreach (int unit in units)
        {
            if (part.Count == options.MaxShardItems || part.Count > 0 && bytes + sizeOf(unit) > options.MaxShardBytes)
            {
                yield return part;
                (part, bytes) = ([], 0);
            }

            part.Add(unit);
            bytes += sizeOf(unit);
        }

        if (part.Count > 0)
        {
            yield return part;
        }
    }

    /// <summary>
    /// Items that a provider should have at a time: two shards, so that the next is there when one ends, and twice
    /// its slots, so that its batch stays full.
    /// </summary>
    public static int Target(ProviderState provider, int size) =>
        Math.Min(provider.MaxItems, Math.Max(2 * size, 2 * provider.Slots));
}
