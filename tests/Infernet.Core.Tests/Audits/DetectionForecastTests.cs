using Infernet.Core.Audits;

namespace Infernet.Core.Tests.Audits;

[TestFixture]
public sealed class DetectionForecastTests
{
    // The figures of VeriLLM (arXiv 2509.24257) for d = 0.95: 99 % after 46 jobs.
    [Test]
    public void ShardsFor_TheLiteraturesExample_IsTheLiteraturesFigure()
    {
        var forecast = new DetectionForecast(0.1, 1, 0.95);

        Assert.Multiple(() =>
        {
            Assert.That(forecast.ShardsFor(0.99), Is.EqualTo(47));
            Assert.That(forecast.Within(46), Is.EqualTo(0.99).Within(0.001));
        });
    }

    [Test]
    public void ShardsFor_WhatIsNeverAudited_IsInfinite() =>
        Assert.That(new DetectionForecast(0, 1, 1).ShardsFor(0.99), Is.EqualTo(double.PositiveInfinity));

    [Test]
    public void ShardsFor_WhatIsAlwaysFound_IsOne() =>
        Assert.That(new DetectionForecast(1, 1, 1).ShardsFor(0.99), Is.EqualTo(1));

    [Test]
    public void Within_NoShards_IsZero() => Assert.That(new DetectionForecast(0.1, 1, 1).Within(0), Is.Zero);
}
