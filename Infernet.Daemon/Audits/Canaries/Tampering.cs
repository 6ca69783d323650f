using Google.Protobuf;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;

namespace Infernet.Daemon.Audits.Canaries;

/// <summary>
/// Makes wrong answers of right ones, as cheats do; the hashes are made anew, so that only judging shows it. Pure.
/// </summary>
internal static class Tampering
{
    /// <summary>The ways to tamper.</summary>
    public enum Way
    {
        /// <summary>The answer to another question, whole and well-formed.</summary>
        ForeignAnswer,

        /// <summary>Cut short, and said to have ended by itself.</summary>
        CutShort,

        /// <summary>One token exchanged.</summary>
        EditedToken,
    }

    /// <summary>Tampers with a request of answers; null where this way is none.</summary>
    /// <param name="request">Right answers.</param>
    /// <param name="way">How.</param>
    /// <param name="foreign">The answer to another question, for the same model and sampling; null if there is none.</param>
    public static AuditRequest? Apply(AuditRequest request, Way way, AuditItem? foreign)
    {
        AuditRequest tampered = request.Clone();
        bool changed = way switch
        {
            Way.ForeignAnswer => foreign is not null && tampered.Items.Any(item => TryExchange(item, foreign)),
            Way.CutShort => tampered.Items.Any(TryCut),
            _ => tampered.Items.Any(TryEdit),
        };
        return changed ? tampered : null;
    }

    private static bool TryExchange(AuditItem item, AuditItem foreign)
    {
        if (item.Output.Error.Length > 0 || !AreFarApart(item, foreign))
        {
            return false;
        }

        item.Output = foreign.Output.Clone();
        item.Output.Index = item.Receipt.Index;
        item.Receipt.OutputHash = foreign.Receipt.OutputHash;
        item.Receipt.FinishReason = foreign.Receipt.FinishReason;
        return SetTokens(item, [.. foreign.Receipt.TokenIds]);
    }

    /// <summary>
    /// Whether the answers have little in common: two that differ in a word could both be what the model gives, on one
    /// machine or another, and an honest auditor would be blamed.
    /// </summary>
    private static bool AreFarApart(AuditItem item, AuditItem foreign)
    {
        int same = item.Receipt.TokenIds.Zip(foreign.Receipt.TokenIds, (a, b) => a == b ? 1 : 0).Sum();
        return !item.Receipt.InputHash.Equals(foreign.Receipt.InputHash)
            && !item.Receipt.OutputHash.Equals(foreign.Receipt.OutputHash)
            && 2 * same <= foreign.Receipt.TokenIds.Count;
    }

    private static bool TryCut(AuditItem item)
    {
        int tokens = item.Receipt.TokenIds.Count;
        if (tokens < 4 || item.Output.Text.Length < 4)
        {
            return false;
        }

        int length = item.Output.Text.Length / 2;
        length -= char.IsHighSurrogate(item.Output.Text[length - 1]) ? 1 : 0;
        item.Output.Text = item.Output.Text[..length];
        item.Receipt.FinishReason = FinishReason.Stop;
        item.Receipt.OutputHash = ByteString.CopyFrom(OutputHash.Of(item.Output));
        return SetTokens(item, [.. item.Receipt.TokenIds.Take(tokens / 2)]);
    }

    private static bool TryEdit(AuditItem item)
    {
        uint[] tokens = [.. item.Receipt.TokenIds];
        if (tokens.Length == 0)
        {
            return false;
        }

        int place = tokens.Length / 2;
        tokens[place] = tokens.FirstOrDefault(t => t != tokens[place], tokens[place] + 1);
        return SetTokens(item, tokens);
    }

    private static bool SetTokens(AuditItem item, uint[] tokens)
    {
        item.Receipt.TokenIds.Clear();
        item.Receipt.TokenIds.AddRange(tokens);
        item.Receipt.CompletionTokens = (uint)tokens.Length;
        return true;
    }
}
