using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Adverts;
using Infernet.Daemon.Challenges.Results;
using Infernet.Daemon.Tests.Adverts;

namespace Infernet.Daemon.Tests.Challenges.Results;

[TestFixture]
public sealed class CarriedMeasurementsTests
{
    private static readonly NodeIdentity Provider = NodeIdentity.Generate();
    private static readonly NodeIdentity[] Challengers = [.. Enumerable.Range(0, 6).Select(_ => NodeIdentity.Generate())];

    [Test]
    public void Advert_WithMeasurements_IsReadWithThem()
    {
        VerifiedAdvert advert = TestAdverts.Opened(Provider, a => Carry(a, Sealed(0), Sealed(1)));

        Assert.That(
            advert.Measurements.Select(m => m.Challenger), Is.EqualTo(new[] { Challengers[0].Id, Challengers[1].Id }));
    }

    [Test]
    public void Advert_WithTooManyMeasurements_IsRefused() => Assert.That(
        Problem(a => Carry(a, [.. Enumerable.Range(0, 5).Select(i => Sealed(i))])), Does.Contain("at most 4"));

    [Test]
    public void Advert_WithAForgedMeasurement_IsRefused()
    {
        byte[] forged = Sealed(0);
        forged[^1] ^= 1;

        Assert.That(Problem(a => Carry(a, forged)), Does.Contain("its signature is wrong"));
    }

    [Test]
    public void Advert_WithAMeasurementOfAnother_IsRefused() => Assert.That(
        Problem(a => Carry(a, TestResults.Sealed(Challengers[0], Challengers[1].Id))), Does.Contain("another peer"));

    [Test]
    public void Advert_WithAMeasurementThatIsTooOld_IsRefused() => Assert.That(
        Problem(a => Carry(a, Sealed(0, daysAgo: 8))), Does.Contain("older than 7 days"));

    [Test]
    public void Advert_WithTwoMeasurementsOfOneChallenger_IsRefused() => Assert.That(
        Problem(a => Carry(a, Sealed(0), Sealed(0, daysAgo: 1))), Does.Contain("by one challenger"));

    [Test]
    public void Advert_WithTwoKernelsOfOneChallenger_IsRead() => Assert.That(
        Problem(a => Carry(a, Sealed(0), Sealed(0, kernel: "memory-walk"))), Is.Null);

    [TestCase(-1.0), TestCase(double.NaN), TestCase(double.PositiveInfinity), TestCase(1e30)]
    public void Advert_ThatClaimsASpeedThatCantBe_IsRefused(double rate)
    {
        Assert.That(Problem(a => a.Hardware.ClaimedOperationsPerSecond = rate), Does.Contain("claims a speed"));
        Assert.That(Problem(a => a.Hardware.ClaimedBytesPerSecond = rate), Does.Contain("claims a speed"));
    }

    [Test]
    public void Choice_AmongMany_IsTheNewestOfEachKernelByDifferingChallengers()
    {
        Measurement[] kept =
        [
            Opened(0, hoursAgo: 9), Opened(0, hoursAgo: 1), Opened(1, hoursAgo: 5), Opened(2, hoursAgo: 3),
            Opened(3, hoursAgo: 30, kernel: "memory-walk"),
        ];

        Assert.That(
            CarriedMeasurements.Choose(kept, TestAdverts.Now), Is.EqualTo(new[] { kept[1], kept[3], kept[4] }));
    }

    [Test]
    public void Choice_OfOldOnes_IsNone() => Assert.That(
        CarriedMeasurements.Choose([Opened(0, hoursAgo: 1)], TestAdverts.Now.AddDays(7)), Is.Empty);

    [Test]
    public void Choice_OfAnything_IsAcceptedByOthers()
    {
        Measurement[] kept =
        [
            .. Enumerable.Range(0, 24).Select(i => Opened(i % 6, i, i % 3 == 0 ? "memory-walk" : "matmul-int8")),
        ];
        byte[][] carried = [.. CarriedMeasurements.Choose(kept, TestAdverts.Now).Select(m => m.Envelope.ToArray())];

        Assert.That(carried, Has.Length.EqualTo(CarriedMeasurements.Max));
        Assert.That(Problem(a => Carry(a, carried)), Is.Null);
    }

    private static void Carry(Advert advert, params byte[][] envelopes) =>
        advert.Measurements.AddRange(envelopes.Select(e => ByteString.CopyFrom(e)));

    private static string? Problem(Action<Advert> change) => AdvertEnvelope.TryOpen(
        TestAdverts.Sealed(Provider, change), TestAdverts.Now, out _, out string problem) ? null : problem;

    private static byte[] Sealed(int challenger, int daysAgo = 0, string kernel = "matmul-int8") =>
        TestResults.Sealed(Challengers[challenger], Provider.Id, r => Change(r, kernel, daysAgo * 24));

    private static Measurement Opened(int challenger, int hoursAgo, string kernel = "matmul-int8") =>
        TestResults.Opened(Challengers[challenger], Provider.Id, r => Change(r, kernel, hoursAgo));

    private static void Change(ChallengeResult result, string kernel, int hoursAgo)
    {
        result.Kernel = kernel;
        result.MeasuredUnixMs -= hoursAgo * 3_600_000L;
    }
}
