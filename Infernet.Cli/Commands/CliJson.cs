using System.Text.Json.Serialization;
using Infernet.Cli.Config;
using Infernet.Daemon.Diagnostics;

namespace Infernet.Cli.Commands;

/// <summary>JSON that the CLI prints of its own, in the same form as the API's.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConfigEntry))]
[JsonSerializable(typeof(IReadOnlyList<ConfigEntry>))]
[JsonSerializable(typeof(IReadOnlyList<Diagnostic>))]
internal sealed partial class CliJson : JsonSerializerContext;
