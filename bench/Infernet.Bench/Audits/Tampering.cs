using Infernet.Core.Schemas;

namespace Infernet.Bench.Audits;

/// <summary>What can be done to honest answers afterwards. Each signs for what it made.</summary>
internal static class Tampering
{
    /// <summary>Each question gets the answer to the next.</summary>
    public static void Copy(AuditRequest answered)
    {
        AuditItem[] originals = [.. answered.Items.Select(item => item.Clone())];
        for (int i = 0; i < originals.Length; i++)
        {
            Put(answered.Items[i], originals[(i + 1) % originals.Length]);
        }
    }

    /// <summary>Every question gets the answer to the first.</summary>
    public static void Can(AuditRequest answered)
    {
        AuditItem first = answered.Items[0].Clone();
        answered.Items.RemoveAt(0);
        foreach (AuditItem item in answered.Items)
        {
            Put(item, first);
        }
    }

    /// <summary>Ends answers half-way.</summary>
    public static void Truncate(AuditRequest answered)
    {
        foreach (AuditItem item in answered.Items)
        {
            uint[] kept = [.. item.Receipt.TokenIds.Take(item.Receipt.TokenIds.Count / 2)];
            item.Receipt.TokenIds.Clear();
            item.Receipt.TokenIds.Add(kept);
            AuditedAnswers.Seal(item);
        }
    }

    /// <summary>Exchanges two tokens of each answer.</summary>
    public static void Edit(AuditRequest answered)
    {
        foreach (AuditItem item in answered.Items.Where(item => item.Receipt.TokenIds.Count > 6))
        {
            IList<uint> tokens = item.Receipt.TokenIds;
            (tokens[2], tokens[5]) = (tokens[5], tokens[2]);
            AuditedAnswers.Seal(item);
        }
    }

    private static void Put(AuditItem item, AuditItem from)
    {
        item.Receipt.TokenIds.Clear();
        item.Receipt.TokenIds.Add(from.Receipt.TokenIds);
        item.Receipt.FinishReason = from.Receipt.FinishReason;
        item.Output.Text = from.Output.Text;
        AuditedAnswers.Seal(item);
    }
}
