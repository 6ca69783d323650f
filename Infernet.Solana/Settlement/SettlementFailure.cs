using System.Text.Json;

namespace Infernet.Solana.Settlement;

/// <summary>Which instruction of a transaction the program refused, and why.</summary>
public readonly record struct SettlementFailure(int Instruction, SettlementError Error)
{
    /// <summary>Reads a cluster's error; false if it is not a program's own code.</summary>
    public static bool TryRead(string? json, out SettlementFailure failure)
    {
        failure = default;
        if (json is null)
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("InstructionError", out JsonElement error)
                || error.ValueKind != JsonValueKind.Array || error.GetArrayLength() != 2
                || error[0].ValueKind != JsonValueKind.Number || !error[0].TryGetInt32(out int index)
                || error[1].ValueKind != JsonValueKind.Object
                || !error[1].TryGetProperty("Custom", out JsonElement code)
                || code.ValueKind != JsonValueKind.Number || !code.TryGetInt32(out int number))
            {
                return false;
            }

            failure = new SettlementFailure(index, (SettlementError)number);
            return true;
        }
        catch (Exception nonsense) when (nonsense is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
