using Infernet.Core.Identity;

namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>
/// A provider that works on the job. Its speed starts as what its advert says and follows what is seen: a moving
/// average over windows in which it had work all the time.
/// </summary>
internal sealed class ProviderState
{
    private const double Smoothing = 0.5;
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(250);

    private DateTimeOffset _windowStart;
    private int _windowItems;

    public ProviderState(DispatchEvent.ProviderJoined joined, DispatchOptions options, DateTimeOffset now)
    {
        Peer = joined.Peer;
        MaxItems = Math.Max(1, joined.MaxItems);
        Slots = Math.Clamp(joined.Slots, 1, MaxItems);
        ItemsPerSecond = double.IsFinite(joined.ItemsPerSecond) && joined.ItemsPerSecond > 0
            ? joined.ItemsPerSecond
            : 1;
        SilenceTimeout = joined.SilenceTimeout;
        CreditTokens = joined.CreditTokens;
        if (joined.Paid is { } paid)
        {
            Purse = new Purse(
                paid.Prices, options.PromptTokens, options.MaxTokensPerItem, paid.ItemTime, paid.Share);
            Purse.Set(paid.Funds);
        }

        LastProgress = now;
        _windowStart = now;
    }

    public PeerId Peer { get; }

    public int MaxItems { get; }

    public int Slots { get; }

    public double ItemsPerSecond { get; private set; }

    public TimeSpan SilenceTimeout { get; }

    /// <summary>Most tokens that may be out at it; null for no limit.</summary>
    public long? CreditTokens { get; set; }

    /// <summary>What may be out at it for the money that there is; null if it is not paid.</summary>
    public Purse? Purse { get; }

    /// <summary>Where its search for items that were never out got to.</summary>
    public int FreshFrom { get; set; }

    /// <summary>Everything that is out at it, called off or not.</summary>
    public Dictionary<AttemptId, AttemptState> Attempts { get; } = [];

    /// <summary>How many of them were not called off.</summary>
    public int LiveAttempts => Attempts.Values.Count(a => !a.Cancelled);

    /// <summary>Items that it still owes.</summary>
    public int Owed { get; private set; }

    /// <summary>Bytes of the inputs that are out at it.</summary>
    public long BytesOut { get; private set; }

    public DateTimeOffset LastProgress { get; private set; }

    /// <summary>How long it will need for what it has, by its speed and by how long it has been silent.</summary>
    public TimeSpan Remaining(DateTimeOffset now) =>
        Owed == 0 ? TimeSpan.Zero : Max(TimeSpan.FromSeconds(Owed / ItemsPerSecond), now - LastProgress);

    /// <summary>
    /// How many more items its credit lets out, at so many tokens each. One item is always allowed, or a provider whose
    /// credit is less than that would never earn any.
    /// </summary>
    public int AllowedByCredit(int tokensPerItem) => CreditTokens is not { } credit ? int.MaxValue
        : (int)Math.Clamp(credit / Math.Max(1, tokensPerItem) - Owed, Owed == 0 ? 1 : 0, int.MaxValue);

    /// <summary>Whether an attempt at the shard is out at it, called off or not.</summary>
    public bool Holds(ShardState shard) => Attempts.Values.Any(a => a.Shard == shard);

    public bool IsSilent(DateTimeOffset now) => Attempts.Count > 0 && now - LastProgress > SilenceTimeout;

    public void Add(AttemptState attempt, DateTimeOffset now)
    {
        if (Attempts.Count == 0)
        {
            LastProgress = now;
            _windowStart = now;
            _windowItems = 0;
        }

        Attempts.Add(attempt.Id, attempt);
        Owed += attempt.Items.Count;
        BytesOut += attempt.Bytes;
        Purse?.Add(attempt);
    }

    public void ItemArrived(AttemptState attempt, ItemUsage? took, DateTimeOffset now)
    {
        if (took is { } known)
        {
            Purse?.Spare(attempt, known);
        }

        attempt.Arrived++;
        Owed--;
        LastProgress = now;
        _windowItems++;
        TimeSpan passed = now - _windowStart;
        if (passed >= Window)
        {
            double seen = _windowItems / passed.TotalSeconds;
            ItemsPerSecond += Smoothing * (seen - ItemsPerSecond);
            _windowStart = now;
            _windowItems = 0;
        }
    }

    public void Remove(AttemptState attempt, DateTimeOffset now)
    {
        Attempts.Remove(attempt.Id);
        Owed -= attempt.Owed;
        BytesOut -= attempt.Bytes;
        Purse?.Remove(attempt);
        LastProgress = now;
    }

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
