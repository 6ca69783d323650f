namespace Infernet.Bench.Transport;

/// <summary>How long requests took: all together in seconds, and each in microseconds.</summary>
internal sealed record RequestFigures(double Seconds, double[] Latencies)
{
    // Both clients write the names as JavaScript does.
    [System.Text.Json.Serialization.JsonPropertyName("seconds")]
    public double Seconds { get; init; } = Seconds;

    [System.Text.Json.Serialization.JsonPropertyName("latencies")]
    public double[] Latencies { get; init; } = Latencies;
}
