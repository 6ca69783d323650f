using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Dispatch;
using Infernet.Daemon.Jobs.Wire;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>What was sent for an attempt and what has come for it. Used by its connection's reader alone.</summary>
internal sealed class OutstandingAttempt(AttemptId id, IReadOnlyList<Item> items, DateTimeOffset sentAt)
{
    private const int MaxBytesPerToken = 64;
    private const int MaxEmbeddingLength = 64 << 10;
    private const int TextAllowance = 1 << 10;

    private readonly Dictionary<ulong, Item> _items = items.ToDictionary(i => i.Index);
    private readonly Dictionary<ulong, ItemOutput> _outputs = [];

    public AttemptId Id { get; } = id;

    public DateTimeOffset SentAt { get; } = sentAt;

    /// <summary>Whether it was called off, so that a receipt over a part is enough. Set by the run's loop.</summary>
    public volatile bool Cancelled;

    /// <summary>What was sent, by index.</summary>
    public IReadOnlyDictionary<ulong, Item> Items => _items;

    /// <summary>What came, by index.</summary>
    public IReadOnlyDictionary<ulong, ItemOutput> Outputs => _outputs;

    /// <summary>Takes an output; answers what is wrong with it, or null.</summary>
    public string? Take(ItemOutput? output, int maxTokens)
    {
        if (output is null || !_items.ContainsKey(output.Index))
        {
            return $"sent item {output?.Index}, which was not asked for";
        }

        if (output.Error.Length > JobProtocol.MaxErrorLength
            || output.Text.Length > (long)maxTokens * MaxBytesPerToken + TextAllowance
            || output.Embedding.Count > MaxEmbeddingLength)
        {
            return $"sent an output for item {output.Index} that is longer than what was asked for can be";
        }

        return _outputs.TryAdd(output.Index, output) ? null : $"sent item {output.Index} twice";
    }

    /// <summary>The items as a receipt must name them.</summary>
    public IReadOnlyDictionary<ulong, ExpectedItem> Expected() => _items.ToDictionary(
        i => i.Key, i => new ExpectedItem(ItemHash.Of(i.Value), _outputs.GetValueOrDefault(i.Key)));
}
