using System.Security.Cryptography;
using Infernet.Core.Multiformats;
using Infernet.Core.Payments;

namespace Infernet.Core.Tests.Payments;

[TestFixture]
public sealed class AmountTextTests
{
    private static readonly byte[] Mint = SHA256.HashData("a mint"u8);
    private static readonly Asset Token = Asset.Of(Mint, 6);

    [TestCase("", "no amount")]
    [TestCase("SOL", "no amount")]
    [TestCase("-1 SOL", "no amount")]
    [TestCase("1. SOL", "no amount")]
    [TestCase(".5 SOL", "no amount")]
    [TestCase("1.2.3 SOL", "no amount")]
    [TestCase("1e9 lamports", "no unit that could be one")]
    [TestCase("0.25", "no unit")]
    [TestCase("1 $", "no unit that could be one")]
    [TestCase("1 USDC", "amounts here are in SOL or lamports")]
    [TestCase("1 units", "amounts here are in SOL or lamports")]
    [TestCase("0.0000000001 SOL", "has 10 decimals, the asset has 9")]
    [TestCase("1.5 lamports", "a part of the smallest unit")]
    [TestCase("18446744073.709551616 SOL", "more than there can be: 18446744073.709551615")]
    public void Text_ThatIsNoAmount_IsRefusedWithWhatWouldBeRight(string text, string reason)
    {
        bool parsed = AmountText.TryParse(text, Asset.Sol, out _, out string? problem);

        Assert.That(parsed, Is.False);
        Assert.That(problem, Does.Contain(reason));
    }

    [TestCase("0.25 SOL", 250_000_000ul)]
    [TestCase("0.25SOL", 250_000_000ul)]
    [TestCase(" 1 sol ", 1_000_000_000ul)]
    [TestCase("1.100000000000000 SOL", 1_100_000_000ul)]
    [TestCase("5000 lamports", 5_000ul)]
    [TestCase("1 lamport", 1ul)]
    [TestCase("0 SOL", 0ul)]
    [TestCase("18446744073.709551615 SOL", ulong.MaxValue)]
    public void Text_OfAnAmount_IsReadExactly(string text, ulong expected)
    {
        Assert.That(AmountText.TryParse(text, Asset.Sol, out ulong amount, out string? problem), Is.True, problem);
        Assert.That(amount, Is.EqualTo(expected));
    }

    [Test]
    public void Token_ByItsShortOrWholeMint_IsRead()
    {
        Assert.That(AmountText.TryParse($"1.5 {Token.Symbol}", Token, out ulong shortened, out _), Is.True);
        Assert.That(AmountText.TryParse($"1.5 {Base58.Encode(Mint)}", Token, out ulong whole, out _), Is.True);
        Assert.That(AmountText.TryParse("1500000 units", Token, out ulong units, out _), Is.True);
        Assert.That(AmountText.TryParse("1.5 SOL", Token, out _, out string? problem), Is.False);

        Assert.That(new[] { shortened, whole, units }, Is.All.EqualTo(1_500_000));
        Assert.That(problem, Does.Contain(Token.Symbol));
    }

    [TestCase(0ul, "0 SOL")]
    [TestCase(1ul, "0.000000001 SOL")]
    [TestCase(1_000_000_000ul, "1 SOL")]
    [TestCase(250_000_000ul, "0.25 SOL")]
    [TestCase(ulong.MaxValue, "18446744073.709551615 SOL")]
    public void Amount_ForPeople_IsExactAndReadBack(ulong amount, string expected)
    {
        string text = AmountText.Format(amount, Asset.Sol);
        AmountText.TryParse(text, Asset.Sol, out ulong back, out _);

        Assert.That(text, Is.EqualTo(expected));
        Assert.That(back, Is.EqualTo(amount));
    }

    [TestCase(12ul, "12 lamports")]
    [TestCase(12_000ul, "12,000 lamports")]
    [TestCase(100_000ul, "0.0001 SOL")]
    public void SmallAmount_ForPeople_IsInTheSmallestUnit(ulong amount, string expected) =>
        Assert.That(AmountText.FormatSmall(amount, Asset.Sol), Is.EqualTo(expected));

    [Test]
    public void AnyText_GivesAnAmountOrAProblem()
    {
        var random = new Random(7);
        const string Letters = "0123456789.. SOLlamports…-\n";
        for (int i = 0; i < 5_000; i++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(140)).Select(_ => Letters[random.Next(Letters.Length)])]);

            bool parsed = AmountText.TryParse(text, Asset.Sol, out _, out string? problem);

            Assert.That(parsed, Is.EqualTo(problem is null), text);
        }
    }
}
