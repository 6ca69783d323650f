using System.Text.Json.Serialization;

namespace Infernet.Bench.Reporting;

/// <summary>One line of a benchmark's result; the last three are null when there is nobody to compare with.</summary>
internal sealed record Metric(
    string Bench, [property: JsonPropertyName("metric")] string Name, double Value, string Unit,
    string? Peer, double? PeerValue, double? Ratio);
