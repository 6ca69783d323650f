using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Challenges.Results;
using Infernet.Daemon.Tests.Adverts;

namespace Infernet.Daemon.Tests.Challenges.Results;

[TestFixture]
public sealed class ResultEnvelopeTests
{
    private static readonly NodeIdentity Challenger = NodeIdentity.Generate();
    private static readonly NodeIdentity Provider = NodeIdentity.Generate();

    private static IEnumerable<TestCaseData> Broken()
    {
        yield return Case("NoKernel", "name", r => r.Kernel = "");
        yield return Case("LongKernel", "name", r => r.Kernel = new string('x', 129));
        yield return Case("NoDevice", "name", r => r.Device = "");
        yield return Case("LongDevice", "name", r => r.Device = new string('x', 129));
        yield return Case("NoRate", "rate", r => r.Rate = 0);
        yield return Case("NegativeRate", "rate", r => r.Rate = -1);
        yield return Case("RateThatIsNoNumber", "rate", r => r.Rate = double.NaN);
        yield return Case("InfiniteRate", "rate", r => r.Rate = double.PositiveInfinity);
        yield return Case("NoSize", "size", r => r.Size = 0);
        yield return Case("SizeBeyondAll", "size", r => r.Size = ulong.MaxValue);
        yield return Case("NoLanes", "size", r => r.Lanes = 0);
        yield return Case("NoRounds", "size", r => r.Rounds = 0);
        yield return Case("NoTime", "time", r => r.WallUs = 0);
        yield return Case("TooMuchTime", "time", r => r.WallUs = ulong.MaxValue);
        yield return Case("TooLongARoundTrip", "time", r => r.RoundTripUs = ulong.MaxValue);
        yield return Case("FromTheFuture", "future", r => r.MeasuredUnixMs += 3 * 60_000);
        yield return Case("FarFuture", "future", r => r.MeasuredUnixMs = long.MaxValue);
        yield return Case("TooOld", "older than 7 days", r => r.MeasuredUnixMs -= 8L * 24 * 3_600_000);
        yield return Case("BeforeAllTime", "older than 7 days", r => r.MeasuredUnixMs = long.MinValue);
        yield return Case(
            "AboutAnother", "another peer", r => r.Provider = NodeIdentity.Generate().Id.ToByteString());
        yield return Case("AboutNobody", "another peer", r => r.Provider = ByteString.Empty);
    }

    [TestCaseSource(nameof(Broken))]
    public void Result_OutOfItsLimits_IsRefusedWithTheReason(string reason, Action<ChallengeResult> change) => Assert.That(
        Problem(TestResults.Sealed(Challenger, Provider.Id, change)), Does.Contain(reason));

    [Test]
    public void Result_ThatIsRight_IsRead()
    {
        Measurement measurement = TestResults.Opened(Challenger, Provider.Id);

        Assert.That(measurement.Challenger, Is.EqualTo(Challenger.Id));
        Assert.That(measurement.Rate, Is.EqualTo(100e9));
        Assert.That(measurement.MeasuredAt, Is.EqualTo(TestAdverts.Now));
    }

    [Test]
    public void Result_MeasuredByThePeerItself_IsRefused() => Assert.That(
        Problem(TestResults.Sealed(Provider, Provider.Id)), Does.Contain("by the peer itself"));

    [Test]
    public void Result_WithABitTurned_IsRefused()
    {
        byte[] envelope = TestResults.Sealed(Challenger, Provider.Id);
        for (int i = 0; i < envelope.Length; i++)
        {
            envelope[i] ^= 4;
            Assert.That(Problem(envelope), Is.Not.Null, $"byte {i}");
            envelope[i] ^= 4;
        }
    }

    [Test]
    public void Result_ThatIsTooLong_IsRefusedUnread() =>
        Assert.That(Problem(new byte[ResultEnvelope.MaxLength + 1]), Does.Contain("at most 1024"));

    [Test]
    public void Result_SignedForAnotherUse_IsRefused()
    {
        // An advert's envelope by the same key: the domain keeps them apart.
        byte[] advert = TestAdverts.Sealed(Challenger);

        Assert.That(Problem(advert), Does.Contain("no result"));
    }

    [Test]
    public void Bytes_OfAnyKind_AreRefusedAndNeverThrow()
    {
        var random = new Random(11);
        for (int i = 0; i < 500; i++)
        {
            var bytes = new byte[random.Next(300)];
            random.NextBytes(bytes);
            Assert.That(Problem(bytes), Is.Not.Null);
        }
    }

    private static string? Problem(byte[] envelope) =>
        ResultEnvelope.TryOpen(envelope, Provider.Id, TestAdverts.Now, out _, out string problem) ? null : problem;

    private static TestCaseData Case(string name, string reason, Action<ChallengeResult> change) =>
        new TestCaseData(reason, change).SetArgDisplayNames(name);
}
