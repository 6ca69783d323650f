using Infernet.Cli.Terminals;

namespace Infernet.Cli.Tests.Terminals;

[TestFixture]
public sealed class UnitsTests
{
    [TestCase(0, "0 B")]
    [TestCase(1023, "1023 B")]
    [TestCase(1536, "1.5 KiB")]
    [TestCase(6_186_598, "5.9 MiB")]
    [TestCase(long.MaxValue, "8388608 TiB")]
    public void Bytes_Amount_HasAUnit(long bytes, string expected) => Assert.That(Units.Bytes(bytes), Is.EqualTo(expected));

    [TestCase(-5, "0 s")]
    [TestCase(0.84, "0.8 s")]
    [TestCase(59, "59 s")]
    [TestCase(250, "4 min 10 s")]
    [TestCase(11_520, "3 h 12 min")]
    [TestCase(439_200, "5 d 2 h")]
    public void Duration_Time_IsRounded(double seconds, string expected) =>
        Assert.That(Units.Duration(TimeSpan.FromSeconds(seconds)), Is.EqualTo(expected));

    [TestCase(0, 0, 0, "░░░░")]
    [TestCase(1, 3, 33, "█░░░")]
    [TestCase(359, 360, 99, "███░")]
    [TestCase(5, 5, 100, "████")]
    public void Bar_Share_IsRoundedDown(long done, long total, int percent, string bar)
    {
        Assert.That(Units.Percent(done, total), Is.EqualTo(percent));
        Assert.That(Units.Bar(done, total, 4), Is.EqualTo(bar));
    }
}
