using System.Runtime.Intrinsics;
using Infernet.Execution.Sampling;

namespace Infernet.Execution.Tests.Sampling;

[TestFixture]
public sealed class PhiloxTests
{
    /// <summary>The known answers of the Random123 library, "philox4x32 10".</summary>
    [TestCase(0ul, 0ul, 0ul, 0xe169c58d6627e8d5ul, 0x9b00dbd8bc57ac4cul)]
    [TestCase(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x41c83b0e408f276dul, 0x6d5451fda20bc7c6ul)]
    [TestCase(
        0x299f31d0a4093822ul, 0x85a308d3243f6a88ul, 0x0370734413198a2eul, 0x94fdccebd16cfe09ul, 0x24126ea15001e420ul)]
    public void Bits_OfKnownCounters_AreAsPublished(
        ulong key, ulong counterLow, ulong counterHigh, ulong low, ulong high) =>
        Assert.That(Philox.Next(key, counterLow, counterHigh), Is.EqualTo((low, high)));

    [Test]
    public void Bits_OfFourCounters_AreThoseOfEach()
    {
        ulong[] counters = [0, 1, uint.MaxValue, 0x80000001];
        Vector256<ulong> low = Philox.NextLow(0x123456789abcdef0, 77, Vector256.Create(counters));

        Assert.That(
            Enumerable.Range(0, counters.Length).Select(lane => low[lane]),
            Is.EqualTo(counters.Select(counter => Philox.Next(0x123456789abcdef0, 77, counter).Low)));
    }
}
