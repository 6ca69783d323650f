using Infernet.Core.Api;

namespace Infernet.Daemon.Challenges.Results;

/// <summary>Claims and measurements in the API's words.</summary>
internal static class MeasurementViews
{
    /// <summary>Null when nothing is claimed.</summary>
    public static HardwareClaim? Claim(double operations, double bytes) =>
        operations > 0 || bytes > 0 ? new HardwareClaim(operations, bytes) : null;

    public static HardwareMeasurement Of(Measurement measurement) => new()
    {
        Kernel = measurement.Kernel,
        Device = measurement.Device,
        Size = measurement.Size,
        Rate = measurement.Rate,
        Challenger = measurement.Challenger.ToString(),
        MeasuredAt = measurement.MeasuredAt,
    };
}
