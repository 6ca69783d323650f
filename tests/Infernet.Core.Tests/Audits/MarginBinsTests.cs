using Infernet.Core.Audits;

namespace Infernet.Core.Tests.Audits;

[TestFixture]
public sealed class MarginBinsTests
{
    [TestCase(0, 0)]
    [TestCase(double.Epsilon, 1)]
    [TestCase(0.05, 1)]
    [TestCase(0.0501, 2)]
    [TestCase(0.8, 5)]
    [TestCase(3.2, 7)]
    [TestCase(3.21, 8)]
    [TestCase(1e300, 8)]
    [TestCase(double.PositiveInfinity, 9)]
    [TestCase(double.NaN, 9)]
    [TestCase(-1, 0)]
    public void Of_EachMargin_IsTheBinWhoseUpperEdgeItDoesNotPass(double margin, int bin) =>
        Assert.That(MarginBins.Of(margin), Is.EqualTo(bin));

    [Test]
    public void Histogram_OfMargins_CountsEach() => Assert.That(
        MarginBins.Histogram([0, 0, 0.3, double.PositiveInfinity]),
        Is.EqualTo(new uint[] { 2, 0, 0, 0, 1, 0, 0, 0, 0, 1 }));
}
