using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Infernet.Bench.Reporting;

/// <summary>
/// Collects what one benchmark measured, shows each metric to people as it comes, and writes all of them as JSON lines
/// at the end. A ratio says how many times better we are than the peer, whichever way the metric counts.
/// </summary>
internal sealed class BenchReport(string bench, TextWriter people, TextWriter machines)
{
    // Written to a terminal or a file, never into a page: "µs" may stand as it is.
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly List<Metric> _metrics = [];

    /// <summary>Tells people what is going on.</summary>
    public void Say(string text) => people.WriteLine(text);

    /// <summary>A metric with nothing to compare it with.</summary>
    public void Add(string metric, double value, string unit) =>
        Add(new Metric(bench, metric, Round(value), unit, null, null, null));

    /// <summary>A metric where more is better, beside the same of a peer.</summary>
    public void AddHigher(string metric, double value, string unit, string peer, double peerValue) =>
        Add(new Metric(bench, metric, Round(value), unit, peer, Round(peerValue), Round(value / peerValue)));

    /// <summary>A metric where less is better, beside the same of a peer.</summary>
    public void AddLower(string metric, double value, string unit, string peer, double peerValue) =>
        Add(new Metric(bench, metric, Round(value), unit, peer, Round(peerValue), Round(peerValue / value)));

    /// <summary>Writes one JSON object a line.</summary>
    public void WriteJson()
    {
        foreach (Metric metric in _metrics)
        {
            machines.WriteLine(JsonSerializer.Serialize(metric, Format));
        }
    }

    private void Add(Metric metric)
    {
        _metrics.Add(metric);
        string comparison = metric.Peer is null
            ? ""
            : $"{metric.Peer}: {Text(metric.PeerValue)} {metric.Unit}, {Text(metric.Ratio)} times better";
        people.WriteLine($"  {metric.Name,-44} {Text(metric.Value),10} {metric.Unit,-8} {comparison}");
    }

    private static string Text(double? value) => value?.ToString("0.###", CultureInfo.InvariantCulture) ?? "";

    // Four significant digits are more than any of these measurements has.
    private static double Round(double value) => double.IsFinite(value)
        ? double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
        : 0;
}
