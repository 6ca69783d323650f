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
