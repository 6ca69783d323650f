using System.Text.Json;
using System.Text.Json.Nodes;

namespace Infernet.Solana.Histories.Chain;

/// <summary>Requests that go to the ledger in one message, and are answered in their order.</summary>
internal sealed class Batch
{
    /// <summary>The ledger answers no more at once.</summary>
    public const int MaxRequests = 100;

    private readonly JsonArray _requests = [];
    private readonly List<Action<JsonElement>> _readers = [];

    public int Count => _readers.Count;

    public void Add(string method, JsonArray parameters, Action<JsonElement> read)
    {
        _requests.Add(new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = _readers.Count,
            ["method"] = method,
            ["params"] = parameters,
        });
        _readers.Add(read);
    }

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes<JsonNode>(_requests);

    /// <exception cref="InvalidOperationException">The ledger refused a request.</exception>
    public void Read(JsonElement answers)
    {
        for (int i = 0; i < _readers.Count; i++)
        {
            JsonElement answer = answers[i];
            if (answer.TryGetProperty("error", out JsonElement error))
            {
                throw new InvalidOperationException($"{_requests[i]!["method"]}: {error}");
            }

            _readers[i](answer.GetProperty("result"));
        }
    }
}
