using Infernet.Core.Jobs;

namespace Infernet.Core.Tests.Jobs;

[TestFixture]
public sealed class DurationsTests
{
    [TestCase("90", 90)]
    [TestCase("90s", 90)]
    [TestCase("1.5m", 90)]
    [TestCase("2h", 7_200)]
    [TestCase("1d", 86_400)]
    public void TryParse_Duration_IsCountedInSeconds(string text, double seconds)
    {
        Assert.That(Durations.TryParse(text, out TimeSpan duration), Is.True);
        Assert.That(duration, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
    }

    [TestCase("")]
    [TestCase("s")]
    [TestCase("-5s")]
    [TestCase("1e9")]
    [TestCase("5 minutes")]
    [TestCase("5w")]
    [TestCase("NaN")]
    [TestCase("99999999999d")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.That(Durations.TryParse(text, out _), Is.False);
}
