using Infernet.Cli.Terminals;

namespace Infernet.Cli.Tests.Terminals;

public class RangesTests
{
    [TestCase(new int[0], "")]
    [TestCase(new[] { 7 }, "7")]
    [TestCase(new[] { 3, 1, 2, 2, 9 }, "1-3, 9")]
    [TestCase(new[] { 1, 3, 5, 7, 9, 11, 13, 15, 17 }, "1, 3, 5, 7, 9, 11, 13, 15…")]
    public void Numbers_OfAnyOrder_AreSaidAsRuns(int[] numbers, string expected) =>
        Assert.That(Ranges.Of(numbers), Is.EqualTo(expected));
}
