namespace Infernet.Cli.Terminals;

/// <summary>Says many numbers in few words: "4-7, 12, 20-23".</summary>
internal static class Ranges
{
    private const int MostShown = 8;

    public static string Of(IEnumerable<int> numbers)
    {
        var runs = new List<(int First, int Last)>();
        foreach (int number in numbers.Distinct().Order())
        {
            if (runs.Count > 0 && runs[^1].Last == number - 1)
            {
                runs[^1] = (runs[^1].First, number);
            }
            else
            {
                runs.Add((number, number));
            }
        }

        string shown = string.Join(
            ", ", runs.Take(MostShown).Select(r => r.First == r.Last ? $"{r.First}" : $"{r.First}-{r.Last}"));
        return runs.Count > MostShown ? $"{shown}…" : shown;
    }
}
