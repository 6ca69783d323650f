using Google.Protobuf;
using Infernet.Core.Identity;

namespace Infernet.Daemon.Challenges.Results;

/// <summary>The measurements that an advert carries: which ones a node chooses, and which ones others accept. Pure.</summary>
internal static class CarriedMeasurements
{
    /// <summary>Most measurements in one advert.</summary>
    public const int Max = 4;

    private const int MaxPerKernel = 2;

    /// <summary>The newest of each kernel, by differing challengers.</summary>
    public static IReadOnlyList<Measurement> Choose(IEnumerable<Measurement> kept, DateTimeOffset now) =>
    [
        .. kept.Where(m => m.MeasuredAt > now - ResultEnvelope.MaxAge)
            .GroupBy(m => m.Kernel)
            .SelectMany(kernel => kernel
                .OrderByDescending(m => m.MeasuredAt)
                .DistinctBy(m => m.Challenger)
                .Take(MaxPerKernel))
            .OrderByDescending(m => m.MeasuredAt)
            .Take(Max),
    ];

    /// <summary>Opens what an advert of a peer carries; false with the reason if anything about it is wrong.</summary>
    public static bool TryRead(
        IReadOnlyList<ByteString> envelopes, PeerId about, DateTimeOffset now, out IReadOnlyList<Measurement> read,
        out string problem)
    {
        var measurements = new List<Measurement>();
        read = measurements;
        problem = "";
        if (envelopes.Count > Max)
        {
            problem = $"has {envelopes.Count} measurements; at most {Max} are allowed";
            return false;
        }

        foreach (ByteString envelope in envelopes)
        {
            if (!ResultEnvelope.TryOpen(envelope.Memory, about, now, out Measurement measurement, out string wrong))
            {
                problem = $"has a measurement that {wrong}";
                return false;
            }

            if (measurements.Any(m => m.Challenger == measurement.Challenger && m.Kernel == measurement.Kernel))
            {
                problem = "has two measurements of the same by one challenger";
                return false;
            }

            measurements.Add(measurement);
        }

        return true;
    }
}
