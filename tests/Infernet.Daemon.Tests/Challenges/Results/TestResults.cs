using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Challenges.Results;
using Infernet.Daemon.Tests.Adverts;

namespace Infernet.Daemon.Tests.Challenges.Results;

/// <summary>Results of challenges that are right in every way, for tests to break one thing at a time.</summary>
internal static class TestResults
{
    public static ChallengeResult Contents(PeerId about) => new()
    {
        Provider = ByteString.CopyFrom(about.Span),
        Kernel = "matmul-int8",
        Device = "cpu",
        Size = 2_048,
        Lanes = 2,
        Rounds = 3,
        Rate = 100e9,
        WallUs = 500_000,
        RoundTripUs = 100,
        MeasuredUnixMs = TestAdverts.Now.ToUnixTimeMilliseconds(),
    };

    public static byte[] Sealed(NodeIdentity challenger, PeerId about, Action<ChallengeResult>? change = null)
    {
        ChallengeResult result = Contents(about);
        change?.Invoke(result);
        return ResultEnvelope.Seal(challenger, result);
    }

    public static Measurement Opened(NodeIdentity challenger, PeerId about, Action<ChallengeResult>? change = null) =>
        ResultEnvelope.TryOpen(
            Sealed(challenger, about, change), about, TestAdverts.Now, out Measurement measurement, out string problem)
            ? measurement
            : throw new InvalidOperationException(problem);
}
