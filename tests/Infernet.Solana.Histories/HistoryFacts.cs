namespace Infernet.Solana.Histories;

/// <summary>What histories amount to, over as many as are counted in it.</summary>
public sealed class HistoryFacts
{
    private readonly SortedDictionary<string, List<ulong>> _units = new(StringComparer.Ordinal);

    /// <summary>Instructions of the program that ran, whatever became of them.</summary>
    public int Instructions { get; private set; }

    public int Done { get; private set; }

    /// <summary>Refused for the reason that the model gives.</summary>
    public int Refused { get; private set; }

    /// <summary>Spoilt or repeated ones; those that did nothing but what the honest one does are counted too.</summary>
    public int Hostile { get; private set; }

    /// <summary>How often every balance was compared.</summary>
    public int Audits { get; private set; }

    /// <summary>Compute units of what was done, by instruction and asset.</summary>
    public IReadOnlyDictionary<string, List<ulong>> Units => _units;

    internal void CountDone(string name, ulong units)
    {
        Instructions++;
        Done++;
        if (!_units.TryGetValue(name, out List<ulong>? list))
        {
            _units.Add(name, list = []);
        }

        list.Add(units);
    }

    internal void CountRefused()
    {
        Instructions++;
        Refused++;
    }

    internal void CountHostile()
    {
        Instructions++;
        Hostile++;
    }

    internal void CountAudit() => Audits++;
}
