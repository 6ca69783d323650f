namespace Infernet.Core.Reputation;

/// <summary>
/// What one peer did for another and both signed for. Tokens are summed by days, as whole numbers: the sum does not
/// depend on the order in which receipts came, and asking for it costs as many steps as there are days.
/// </summary>
internal sealed class SettledWork
{
    private readonly Dictionary<string, SortedSet<Observation>> _receipts = [];
    private readonly SortedDictionary<long, long> _tokensByDay = [];

    public bool IsEmpty => _receipts.Count == 0;

    public DateTimeOffset FirstAt => _receipts.Values.Min(r => r.Min!.At);

    public void Add(Observation receipt)
    {
        if (!_receipts.TryGetValue(receipt.Work, out SortedSet<Observation>? same))
        {
            _receipts.Add(receipt.Work, same = new SortedSet<Observation>(ObservationOrder.Instance));
        }

        Count(same.Min, -1);
        same.Add(receipt);
        Count(same.Min, 1);
    }

    public void Remove(Observation receipt)
    {
        SortedSet<Observation> same = _receipts[receipt.Work];
        Count(same.Min, -1);
        same.Remove(receipt);
        Count(same.Min, 1);
        if (same.Count == 0)
        {
            _receipts.Remove(receipt.Work);
        }
    }

    /// <summary>Tokens that still count at a time.</summary>
    public double Tokens(DateTimeOffset now, TimeSpan halfLife) => _tokensByDay.Sum(day =>
        day.Value * Decay.Of(TimeSpan.FromDays(Day(now) - day.Key), halfLife));

    // However often a piece of work was signed for, it counts once.
    private void Count(Observation? receipt, int sign)
    {
        if (receipt is not null)
        {
            long day = Day(receipt.At);
            long tokens = _tokensByDay.GetValueOrDefault(day) + sign * receipt.Tokens;
            _tokensByDay[day] = tokens;
            if (tokens == 0)
            {
                _tokensByDay.Remove(day);
            }
        }
    }

    private static long Day(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerDay;
}
