using Infernet.Solana.Settlement;

namespace Infernet.Solana.Tests.Settlement;

public class TermsTests
{
    private static readonly Terms Default = new(1000, 500, 2000, 6, 255);

    [TestCase(0UL, 0UL)]
    [TestCase(0UL, 1UL)]
    [TestCase(0UL, 99UL)]
    [TestCase(12345UL, 67890UL)]
    [TestCase(0UL, ulong.MaxValue)]
    [TestCase(ulong.MaxValue - 1, ulong.MaxValue)]
    public void Divide_AnyPayment_AddsUp(ulong before, ulong total)
    {
        Split split = Default.Divide(before, total);
        Assert.That(
            (UInt128)split.Payee + split.Treasury + split.Platform + split.Burned, Is.EqualTo((UInt128)(total - before)));
    }

    // Ten and five parts of a hundred both grow by one from 19 to 20, which is one more than there is to divide.
    [TestCase(1000, 500, 2000)]
    [TestCase(5000, 5000, 10_000)]
    [TestCase(3333, 6666, 1)]
    [TestCase(0, 0, 5000)]
    [TestCase(10_000, 0, 9999)]
    [TestCase(0, 10_000, 0)]
    public void Divide_OneByOne_NeverTakesMoreThanThereIs(int protocol, int platform, int burn)
    {
        var terms = new Terms((ushort)protocol, (ushort)platform, (ushort)burn, 6, 255);
        for (ulong total = 1; total <= 20_000; total++)
        {
            Split split = terms.Divide(total - 1, total);
            ulong[] parts = [split.Payee, split.Treasury, split.Platform, split.Burned];
            Assert.That(parts, Has.All.LessThanOrEqualTo(1UL), $"{total}");
            Assert.That(parts.Aggregate(0UL, (sum, part) => sum + part), Is.EqualTo(1UL), $"{total}");
        }
    }

    [Test]
    public void Divide_InSteps_GivesWhatOnePaymentDoes()
    {
        var random = new Random(3);
        ulong before = 0, payee = 0;
        for (int i = 0; i < 1000; i++)
        {
            ulong next = before + (ulong)random.Next(0, 50);
            payee += Default.Divide(before, next).Payee;
            before = next;
        }

        Assert.That(payee, Is.EqualTo(Default.Divide(0, before).Payee));
    }

    [Test]
    public void Divide_TotalBelowWhatWasPaid_IsRefused() =>
        Assert.That(() => Default.Divide(2, 1), Throws.TypeOf<ArgumentOutOfRangeException>());
}
