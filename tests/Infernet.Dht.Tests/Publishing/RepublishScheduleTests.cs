using Infernet.Dht.Publishing;

namespace Infernet.Dht.Tests.Publishing;

internal sealed class RepublishScheduleTests
{
    private static readonly DhtOptions Options = new()
    {
        MaintenanceInterval = TimeSpan.FromSeconds(10),
        RepublishInterval = TimeSpan.FromHours(22),
    };

    [Test]
    public void NeverSpread_IsDue() =>
        Assert.That(RepublishSchedule.IsDue(null, 0, 0, 0, Options), Is.True);

    [TestCase(22.0, ExpectedResult = true)]
    [TestCase(21.9, ExpectedResult = false)]
    public bool OnEnoughNodes_IsDueAtTheInterval(double hours) =>
        RepublishSchedule.IsDue(TimeSpan.FromHours(hours), 20, 0, 20, Options);

    [TestCase(0, 10, ExpectedResult = true)]
    [TestCase(0, 9, ExpectedResult = false)]
    [TestCase(1, 19, ExpectedResult = false)]
    [TestCase(1, 20, ExpectedResult = true)]
    [TestCase(6, 639, ExpectedResult = false)]
    [TestCase(6, 640, ExpectedResult = true)]
    [TestCase(1_000, 640, ExpectedResult = true)]
    public bool OnTooFewNodes_IsDueAfterGrowingPauses(int shortfalls, int seconds) =>
        RepublishSchedule.IsDue(TimeSpan.FromSeconds(seconds), 3, shortfalls, 4, Options);

    [Test]
    public void Alone_IsNotDueBeforeTheInterval() =>
        Assert.That(RepublishSchedule.IsDue(TimeSpan.FromHours(1), 0, 0, 0, Options), Is.False);
}
