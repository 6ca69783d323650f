namespace Infernet.Core.Reputation;

/// <summary>By time and then by id: whatever order facts arrive in, they are added up in this one.</summary>
internal sealed class ObservationOrder : IComparer<Observation>
{
    public static ObservationOrder Instance { get; } = new();

    public int Compare(Observation? x, Observation? y)
    {
        int byTime = DateTimeOffset.Compare(x!.At, y!.At);
        return byTime != 0 ? byTime : string.CompareOrdinal(x.Id, y.Id);
    }
}
