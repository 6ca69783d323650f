using System.Numerics;
using Google.Protobuf;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;

namespace Infernet.Core.Tests.Payments;

[TestFixture]
public sealed class PricesTests
{
    private static IEnumerable<TestCaseData> OutOfRange()
    {
        yield return new TestCaseData(new PriceList { Mint = ByteString.CopyFrom(1) }, "mint of 1 bytes");
        yield return new TestCaseData(
            new PriceList { InputPerMillionTokens = Prices.MaxPrice + 1 }, "input_per_million_tokens");
        yield return new TestCaseData(
            new PriceList { OutputPerMillionTokens = ulong.MaxValue }, "output_per_million_tokens");
        yield return new TestCaseData(new PriceList { EnginePerHour = Prices.MaxPrice + 1 }, "engine_per_hour");
        yield return new TestCaseData(new PriceList { ContainerPerHour = Prices.MaxPrice + 1 }, "container_per_hour");
    }

    [TestCaseSource(nameof(OutOfRange))]
    public void List_OutOfRange_IsRefusedByName(PriceList list, string name)
    {
        Assert.That(Prices.Read(list, out Prices prices), Does.Contain(name));
        Assert.That(prices.IsFree, Is.True);
    }

    [Test]
    public void NoList_AsksNothing()
    {
        Assert.That(Prices.Read(null, out Prices prices), Is.Null);
        Assert.That(prices.IsFree, Is.True);
        Assert.That(prices.CostOf(new Usage(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue)), Is.Zero);
    }

    [Test]
    public void List_ReadAndWritten_IsTheSame()
    {
        var list = new PriceList
        {
            InputPerMillionTokens = 1, OutputPerMillionTokens = 2, EnginePerHour = 3, ContainerPerHour = 4,
        };
        Prices.Read(list, out Prices prices);

        Assert.That(prices.ToMessage(), Is.EqualTo(list));
    }

    [TestCase(1ul, 0ul, 0ul, 0ul, 1ul, Description = "A millionth is rounded up")]
    [TestCase(1_000_000ul, 0ul, 0ul, 0ul, 5ul)]
    [TestCase(0ul, 1_000_001ul, 0ul, 0ul, 8ul)]
    [TestCase(500_000ul, 500_000ul, 0ul, 0ul, 6ul, Description = "2.5 and 3.5 are rounded once, not twice")]
    [TestCase(0ul, 0ul, 3_600_000_000ul, 0ul, 11ul)]
    [TestCase(0ul, 0ul, 0ul, 3_600_000ul, 13ul)]
    [TestCase(0ul, 0ul, 0ul, 0ul, 0ul)]
    public void Cost_OfAUsage_IsRoundedUpOnce(ulong prompt, ulong completion, ulong engine, ulong container, ulong cost)
    {
        var prices = new Prices
        {
            InputPerMillionTokens = 5, OutputPerMillionTokens = 7, EnginePerHour = 11, ContainerPerHour = 13,
        };

        Assert.That(prices.CostOf(new Usage(prompt, completion, engine, container)), Is.EqualTo(cost));
    }

    [Test]
    public void Cost_OfAnything_IsThatOfUnboundedNumbers()
    {
        var random = new Random(11);
        for (int i = 0; i < 2_000; i++)
        {
            var prices = new Prices
            {
                InputPerMillionTokens = Price(random), OutputPerMillionTokens = Price(random),
                EnginePerHour = Price(random), ContainerPerHour = Price(random),
            };
            var usage = new Usage(Any(random), Any(random), Any(random), Any(random));

            Assert.That(prices.CostOf(usage), Is.EqualTo(Expected(prices, usage)), $"{prices} {usage}");
        }
    }

    [Test]
    public void Receipt_WhoseTimesRunBackwards_TookNoTime() =>
        Assert.That(
            Usage.Of(new Receipt { StartedUnixUs = long.MaxValue, FinishedUnixUs = long.MinValue }).EngineMicroseconds,
            Is.Zero);

    [TestCase(12_000ul, 12_000ul, "12 lamports per 1,000 tokens")]
    [TestCase(1_500ul, 0ul, "1,500 lamports per 1,000,000 prompt tokens")]
    [TestCase(1_000ul, 3_000ul, "1 lamports per 1,000 prompt tokens, 3 lamports per 1,000 answer tokens")]
    [TestCase(0ul, 0ul, "nothing")]
    public void Prices_ForPeople_AreReadable(ulong input, ulong output, string expected) =>
        Assert.That(
            new Prices { InputPerMillionTokens = input, OutputPerMillionTokens = output }.Describe(Asset.Sol),
            Is.EqualTo(expected));

    [Test]
    public void Price_AboveTheLimitOrInAnotherMint_IsNotWithinIt()
    {
        var limit = new Prices { InputPerMillionTokens = 10, OutputPerMillionTokens = 10 };

        Assert.That(limit.IsWithin(limit), Is.True);
        Assert.That((limit with { OutputPerMillionTokens = 11 }).IsWithin(limit), Is.False);
        Assert.That((limit with { EnginePerHour = 1 }).IsWithin(limit), Is.False);
        Assert.That((limit with { Mint = ByteString.CopyFrom(new byte[32]) }).IsWithin(limit), Is.False);
    }

    private static ulong Price(Random random) => (ulong)random.NextInt64((long)Prices.MaxPrice + 1) >> random.Next(50);

    private static ulong Any(Random random) => (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);

    private static ulong Expected(Prices prices, Usage usage)
    {
        BigInteger hour = 3_600_000_000;
        BigInteger parts = (
            (BigInteger)usage.PromptTokens * prices.InputPerMillionTokens
            + (BigInteger)usage.CompletionTokens * prices.OutputPerMillionTokens) * 3_600
            + (BigInteger)usage.EngineMicroseconds * prices.EnginePerHour
            + (BigInteger)usage.ContainerMilliseconds * prices.ContainerPerHour * 1_000;
        BigInteger cost = (parts + hour - 1) / hour;
        return cost > ulong.MaxValue ? ulong.MaxValue : (ulong)cost;
    }
}
