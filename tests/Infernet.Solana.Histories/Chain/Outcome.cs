using System.Text.Json;

namespace Infernet.Solana.Histories.Chain;

/// <summary>What a transaction did: its error (JSON) or none, its compute units, and its logs.</summary>
internal sealed record Outcome(string? Error, ulong Units, string Logs)
{
    public static Outcome Read(JsonElement transaction)
    {
        JsonElement meta = transaction.GetProperty("meta"), error = meta.GetProperty("err");
        return new Outcome(
            error.ValueKind == JsonValueKind.Null ? null : error.GetRawText(),
            meta.GetProperty("computeUnitsConsumed").GetUInt64(),
            string.Join('\n', meta.GetProperty("logMessages").EnumerateArray().Select(l => l.GetString())));
    }
}
