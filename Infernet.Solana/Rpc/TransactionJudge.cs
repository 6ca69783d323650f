using Word = Infernet.Solana.Rpc.Testimony.Word;

namespace Infernet.Solana.Rpc;

/// <summary>
/// Weighs what the endpoints say of one transaction. A word that leads to paying anew (expired, failed) needs all of
/// them; "done" is taken from one, and said to be agreed upon when more of them say so than deny it.
/// </summary>
internal static class TransactionJudge
{
    /// <summary>What became of it; null to look again.</summary>
    /// <param name="id">The transaction's.</param>
    /// <param name="said">A word of each endpoint.</param>
    /// <param name="patient">Whether those that have not seen it yet are still waited for.</param>
    public static SendResult? Judge(string id, IReadOnlyList<Testimony> said, bool patient)
    {
        int Count(Word word) => said.Count(t => t.Says == word);
        (int done, int failed, int never) = (Count(Word.Done), Count(Word.Failed), Count(Word.Never));
        bool alone = said.Count == 1;
        if (done > 0)
        {
            bool agreed = alone || (done > 1 && done > failed + never);
            bool waits = patient && Count(Word.NotYet) > 0;
            return agreed || !waits
                ? new SendResult(SendOutcome.Done, id, said.First(t => t.Says == Word.Done).Slot, null, agreed) : null;
        }

        if (failed == 0)
        {
            return never == said.Count ? new SendResult(SendOutcome.Expired, id, 0, null) : null;
        }

        // Who says "failed" too early would have it paid twice: the others must say the same, or that it is nowhere.
        bool open = Count(Word.NotYet) > 0 || (patient && Count(Word.Silent) > 0);
        Testimony first = said.First(t => t.Says == Word.Failed);
        return alone || !open ? new SendResult(SendOutcome.Failed, id, first.Slot, first.Error) : null;
    }
}
