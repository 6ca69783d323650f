namespace Infernet.Execution.Llama.Scheduling;

/// <summary>
/// Decides which tokens share the next step. Sequences that wait for one token go first, so that a long prompt never
/// holds up those who are being answered; what room is left goes to prompts, the oldest first.
/// </summary>
internal static class BatchPlanner
{
    /// <summary>
    /// From how many tokens each sequence has ready, oldest sequence first, to how many of them are taken. The room
    /// must be at least the number of sequences.
    /// </summary>
    public static void Plan(ReadOnlySpan<int> ready, int room, Span<int> taken)
    {
        for (int i = 0; i < ready.Length; i++)
        {
            taken[i] = Math.Min(ready[i], 1);
            room -= taken[i];
        }

        for (int i = 0; i < ready.Length && room > 0; i++)
        {
            int more = Math.Min(ready[i] - taken[i], room);
            taken[i] += more;
            room -= more;
        }
    }
}
