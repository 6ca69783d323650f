using Infernet.Core.Payments;
using Infernet.Daemon.Payments.Spending;
using Infernet.Solana.Keys;

namespace Infernet.Daemon.Tests.Payments.Spending;

public class AmountNamesTests
{
    private static readonly Address Mint = SolanaKey.FromSeed([.. Enumerable.Repeat((byte)3, 32)]).Address;

    // Whoever could change it would have people agree to a thousand times of what they read.
    [Test]
    public void Hear_OtherDecimalsOfAKnownMint_ChangesNothing()
    {
        var names = new AmountNames();
        names.Learn(Asset.Of(Mint.Span, 6));
        names.Hear(Asset.Of(Mint.Span, 9));
        Assert.That(names.AssetOf(Mint).Decimals, Is.EqualTo(6));
    }

    [Test]
    public void Learn_AfterHearing_IsWhatCounts()
    {
        var names = new AmountNames();
        names.Hear(Asset.Of(Mint.Span, 9));
        Assert.That(names.AssetOf(Mint).Decimals, Is.EqualTo(9));
        names.Learn(Asset.Of(Mint.Span, 6));
        Assert.That(names.AssetOf(Mint).Decimals, Is.EqualTo(6));
    }
}
