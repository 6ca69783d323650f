using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Core.Wire;

namespace Infernet.Daemon.Challenges.Results;

/// <summary>Seals what this node measured of others, and opens what others measured.</summary>
internal static class ResultEnvelope
{
    /// <summary>The largest envelope that is looked at, in bytes.</summary>
    public const int MaxLength = 1_024;

    /// <summary>How long a measurement says something about a machine.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(7);

    private const int MaxTextLength = 128;
    private const double MaxRate = 1e18;
    private const string Domain = "infernet-challenge";
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(2);

    // What was young enough when an advert was signed may pass the limit before the advert expires.
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    private static ReadOnlySpan<byte> PayloadType => "/infernet/challenge-result/1"u8;

    public static byte[] Seal(NodeIdentity challenger, ChallengeResult result) =>
        SignedEnvelope.Seal(challenger, Domain, PayloadType, result);

    /// <summary>Opens an envelope; false with the reason if anything about it is wrong.</summary>
    public static bool TryOpen(
        ReadOnlyMemory<byte> envelope, PeerId about, DateTimeOffset now, out Measurement measurement,
        out string problem)
    {
        measurement = null!;
        if (envelope.Length > MaxLength)
        {
            problem = $"has {envelope.Length} bytes; at most {MaxLength} are allowed";
            return false;
        }

        if (!SignedEnvelope.TryOpen(
            envelope.Span, Domain, PayloadType, ChallengeResult.Parser, out ChallengeResult result,
            out PeerId challenger))
        {
            problem = "is no result of a challenge, or its signature is wrong";
            return false;
        }

        problem = FindProblem(result, challenger, about, now) ?? "";
        if (problem.Length > 0)
        {
            return false;
        }

        measurement = new Measurement
        {
            Challenger = challenger,
            Provider = about,
            Kernel = result.Kernel,
            Device = result.Device,
            Size = (long)result.Size,
            Lanes = (int)result.Lanes,
            Rate = result.Rate,
            Wall = TimeSpan.FromMicroseconds(result.WallUs),
            RoundTrip = TimeSpan.FromMicroseconds(result.RoundTripUs),
            MeasuredAt = DateTimeOffset.FromUnixTimeMilliseconds(result.MeasuredUnixMs),
            Envelope = envelope,
        };
        return true;
    }

    public static ChallengeResult ResultOf(Measurement measurement, int rounds) => new()
    {
        Provider = ByteString.CopyFrom(measurement.Provider.Span),
        Kernel = measurement.Kernel,
        Device = measurement.Device,
        Size = (ulong)measurement.Size,
        Lanes = (uint)measurement.Lanes,
        Rounds = (uint)rounds,
        Rate = measurement.Rate,
        WallUs = (ulong)measurement.Wall.TotalMicroseconds,
        RoundTripUs = (ulong)measurement.RoundTrip.TotalMicroseconds,
        MeasuredUnixMs = measurement.MeasuredAt.ToUnixTimeMilliseconds(),
    };

    private static string? FindProblem(
        ChallengeResult result, PeerId challenger, PeerId about, DateTimeOffset now)
    {
        long nowMs = now.ToUnixTimeMilliseconds();
        const long longest = (long)1e12;
        return result switch
        {
            _ when !about.Span.SequenceEqual(result.Provider.Span) => "is about another peer",
            _ when challenger == about => "was measured by the peer itself",
            { Kernel.Length: 0 or > MaxTextLength } or { Device.Length: 0 or > MaxTextLength } =>
                "has a name that is missing or too long",
            { Rate: not (> 0 and < MaxRate) } => "has a rate that can't be",
            { Size: 0 or > long.MaxValue } or { Lanes: 0 or > int.MaxValue } or { Rounds: 0 } =>
                "has a size that can't be",
            { WallUs: 0 or > longest } or { RoundTripUs: > longest } => "has a time that can't be",
            _ when result.MeasuredUnixMs > nowMs + (long)ClockSkew.TotalMilliseconds => "is from the future",
            _ when result.MeasuredUnixMs < nowMs - (long)(MaxAge + Grace).TotalMilliseconds =>
                $"is older than {MaxAge.TotalDays:0} days",
            _ => null,
        };
    }
}
