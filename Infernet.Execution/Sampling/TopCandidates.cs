namespace Infernet.Execution.Sampling;

/// <summary>
/// Selects the likeliest tokens of a vocabulary in one pass: a heap holds the best so far with the worst of them at its
/// root, and whole vectors of logits below the root are passed over.
/// </summary>
internal static class TopCandidates
{
    /// <summary>Fills <paramref name="top"/> from the likeliest on; answers how many there were.</summary>
    public static int Select(ReadOnlySpan<float> logits, Span<Candidate> top)
    {
        int count = 0;
        int i = LogitSearch.FirstAtLeast(logits, float.MinValue, 0);
        while (i >= 0)
        {
            var candidate = new Candidate(logits[i], i);
            if (count < top.Length)
            {
                top[count] = candidate;
                SiftUp(top, count++);
            }
            else if (candidate.Precedes(top[0]))
            {
                top[0] = candidate;
                SiftDown(top);
            }

            float bound = count < top.Length ? float.MinValue : top[0].Logit;
            i = LogitSearch.FirstAtLeast(logits, bound, i + 1);
        }

        top[..count].Sort();
        return count;
    }

    private static void SiftUp(Span<Candidate> heap, int at)
    {
        while (at > 0 && heap[(at - 1) / 2].Precedes(heap[at]))
        {
            int parent = (at - 1) / 2;
            (heap[at], heap[parent]) = (heap[parent], heap[at]);
            at = parent;
        }
    }

    private static void SiftDown(Span<Candidate> heap)
    {
        int at = 0;
        while (true)
        {
            int worst = at;
            for (int child = 2 * at + 1; child <= 2 * at + 2 && child < heap.Length; child++)
            {
                worst = heap[worst].Precedes(heap[child]) ? child : worst;
            }

            if (worst == at)
            {
                return;
            }

            (heap[at], heap[worst]) = (heap[worst], heap[at]);
            at = worst;
        }
    }
}
