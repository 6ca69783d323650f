using Infernet.Core.Audits;

namespace Infernet.Core.Tests.Audits;

[TestFixture]
public sealed class MarginBinsTests
{
    [TestCase(0, 7)]
    [TestCase(0.05, 7)]
    [TestCase(0.0501, 6)]
    [TestCase(0.8, 3)]
    [TestCase(3.2, 1)]
    [TestCase(3.21, 0)]
    [TestCase(double.PositiveInfinity, 0)]
    [TestCase(double.NaN, 0)]
    public void OfDrawn_TheNarrowerTheChoice_TheHigherTheBin(double lead, int bin) =>
        Assert.That(MarginBins.OfDrawn(lead), Is.EqualTo(bin));

    [TestCase(0, 8)]
    [TestCase(0.05, 8)]
    [TestCase(0.0501, 9)]
    [TestCase(3.2, 14)]
    [TestCase(3.21, 15)]
    [TestCase(1e300, 15)]
    [TestCase(double.PositiveInfinity, 16)]
    [TestCase(double.NaN, 16)]
    public void OfMissed_TheLargerTheMargin_TheHigherTheBin(double margin, int bin) =>
        Assert.That(MarginBins.OfMissed(margin), Is.EqualTo(bin));
}
