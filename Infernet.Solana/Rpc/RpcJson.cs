using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Infernet.Solana.Keys;

namespace Infernet.Solana.Rpc;

/// <summary>
/// Reads the parts of answers. What an endpoint says is not trusted to have the shape that it should.
/// </summary>
internal static class RpcJson
{
    /// <summary>Reads a result, or says that the endpoint's answer makes no sense.</summary>
    public static T Read<T>(string method, JsonElement result, Func<JsonElement, T> read)
    {
        try
        {
            return read(result);
        }
        catch (Exception nonsense) when (nonsense is InvalidOperationException or KeyNotFoundException
            or FormatException or IndexOutOfRangeException)
        {
            throw new RpcException(
                RpcProblem.BadAnswer, $"The answer to {method} has another shape: {nonsense.Message}", inner: nonsense);
        }
    }

    /// <summary>The same, where somebody else may do better: the failure is an answer that is not final.</summary>
    public static bool TryRead<T>(
        string method, JsonElement result, Func<JsonElement, T> read, [MaybeNullWhen(false)] out T value,
        out EndpointAnswer answer)
    {
        answer = new EndpointAnswer(result, null, Final: true, null);
        try
        {
            value = Read(method, result, read);
            return true;
        }
        catch (RpcException nonsense)
        {
            value = default;
            answer = new EndpointAnswer(default, nonsense, Final: false, null);
            return false;
        }
    }

    /// <summary>What the RPC calls a commitment.</summary>
    public static string Name(Commitment commitment) => commitment switch
    {
        Commitment.Processed => "processed",
        Commitment.Confirmed => "confirmed",
        _ => "finalized",
    };

    public static JsonElement Value(JsonElement result) => result.GetProperty("value");

    public static string Text(JsonElement element) =>
        element.GetString() ?? throw new FormatException("There is null where a text should be.");

    public static Address Address(JsonElement element) => Keys.Address.Parse(Text(element));

    public static AccountData? Account(JsonElement value) => value.ValueKind == JsonValueKind.Null
        ? null
        : new AccountData(
            Address(value.GetProperty("owner")),
            value.GetProperty("lamports").GetUInt64(),
            value.GetProperty("data")[0].GetBytesFromBase64());

    public static IReadOnlyList<(Address Address, AccountData Account)> Accounts(JsonElement list) =>
    [
        .. list.EnumerateArray().Select(a => (
            Address(a.GetProperty("pubkey")),
            Account(a.GetProperty("account")) ?? throw new FormatException("An account in the list is null."))),
    ];

    public static IReadOnlyList<AccountData?> OptionalAccounts(JsonElement list, int count) =>
        list.GetArrayLength() == count
            ? [.. list.EnumerateArray().Select(Account)]
            : throw new FormatException($"{count} accounts were asked for.");

    public static SimulationResult Simulation(JsonElement value) => new(
        Error(value),
        value.TryGetProperty("logs", out JsonElement logs) && logs.ValueKind == JsonValueKind.Array
            ? [.. logs.EnumerateArray().Select(l => l.ToString())] : [],
        value.TryGetProperty("unitsConsumed", out JsonElement units) && units.ValueKind == JsonValueKind.Number
            ? units.GetUInt64() : 0);

    public static SignatureStatus? OnlyStatus(JsonElement list)
    {
        if (list.GetArrayLength() != 1)
        {
            throw new FormatException("One status was asked for.");
        }

        JsonElement status = list[0];
        return status.ValueKind == JsonValueKind.Null
            ? null
            : new SignatureStatus(status.GetProperty("slot").GetUInt64(), Reached(status), Error(status));
    }

    public static IReadOnlyList<PriorityFee> PriorityFees(JsonElement list) =>
    [
        .. list.EnumerateArray()
            .Select(f => new PriorityFee(f.GetProperty("slot").GetUInt64(), f.GetProperty("prioritizationFee").GetUInt64()))
            .OrderBy(f => f.Slot),
    ];

    private static string? Error(JsonElement of) =>
        of.GetProperty("err") is { ValueKind: not JsonValueKind.Null } error ? error.GetRawText() : null;

    private static Commitment Reached(JsonElement status) =>
        status.TryGetProperty("confirmationStatus", out JsonElement name) ? name.GetString() switch
        {
            "finalized" => Commitment.Finalized,
            "confirmed" => Commitment.Confirmed,
            _ => Commitment.Processed,
        }
        : Commitment.Processed;
}
