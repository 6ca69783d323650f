using System.Text.Json.Serialization;

namespace Infernet.Daemon.Payments.Ledgers;

/// <summary>The line that programs/ledger/ledger.mjs writes once it answers.</summary>
/// <param name="Http">Where its JSON-RPC is.</param>
/// <param name="Ws">Where it tells of transactions.</param>
/// <param name="Program">The settlement program's address.</param>
/// <param name="AuthoritySeed">Hex: the seed of the key that may upgrade the program. Good for this ledger only.</param>
public sealed record LedgerReady(
    [property: JsonPropertyName("http")] Uri Http,
    [property: JsonPropertyName("ws")] Uri Ws,
    [property: JsonPropertyName("program")] string Program,
    [property: JsonPropertyName("authoritySeed")] string AuthoritySeed);
