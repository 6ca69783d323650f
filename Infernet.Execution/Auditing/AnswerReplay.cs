using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Execution.Llama;
using static Infernet.Core.Schemas.ItemVerdict.Types;
using JobSampling = Infernet.Core.Schemas.Sampling;

namespace Infernet.Execution.Auditing;

/// <summary>
/// Spells a text from the tokens that a provider claims to have drawn, and looks whether it is the one that was sent and
/// whether it ends where it should. No model is needed for this, only its vocabulary. Pure.
/// </summary>
internal static class AnswerReplay
{
    /// <summary>The faults of an answer whose tokens are all known ones.</summary>
    /// <param name="vocabulary">The model's.</param>
    /// <param name="sampling">What was asked for.</param>
    /// <param name="contextTokens">The length of the provider's context, as it says.</param>
    /// <param name="promptTokens">How many tokens the prompt has.</param>
    /// <param name="item">The answer.</param>
    public static IEnumerable<Fault> Faults(
        Vocabulary vocabulary, JobSampling sampling, uint contextTokens, int promptTokens, AuditItem item)
    {
        var text = new AnswerText(vocabulary, sampling.Stop);
        int used = 0;
        bool ended = false;
        while (used < item.Receipt.TokenIds.Count && !ended)
        {
            ended = text.Append((int)item.Receipt.TokenIds[used++]);
        }

        text.Finish();
        if (text.ToString() != item.Output.Text)
        {
            yield return Fault.Text;
        }

        long room = Math.Min(sampling.MaxTokens, Math.Max(0, contextTokens - (long)promptTokens));
        if (used < item.Receipt.TokenIds.Count || used > room)
        {
            yield return Fault.TooLong;
        }
        else if (item.Receipt.FinishReason != (ended ? FinishReason.Stop : FinishReason.Length) || !ended && used < room)
        {
            yield return Fault.NotEnded;
        }
    }
}
