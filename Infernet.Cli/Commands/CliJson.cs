using System.Text.Json.Serialization;
using Infernet.Cli.Config;
using Infernet.Cli.Ledger;
using Infernet.Cli.Nodes;
using Infernet.Daemon.Diagnostics;
using Infernet.Daemon.Payments.Ledgers;

namespace Infernet.Cli.Commands;

/// <summary>JSON that the CLI prints of its own, in the same form as the API's.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConfigEntry))]
[JsonSerializable(typeof(IReadOnlyList<ConfigEntry>))]
[JsonSerializable(typeof(IReadOnlyList<Diagnostic>))]
[JsonSerializable(typeof(LedgerReady))]
[JsonSerializable(typeof(LedgerStatus))]
[JsonSerializable(typeof(NodeId))]
internal sealed partial class CliJson : JsonSerializerContext;
