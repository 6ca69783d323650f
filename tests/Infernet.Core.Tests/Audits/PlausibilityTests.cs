using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;

namespace Infernet.Core.Tests.Audits;

[TestFixture]
public sealed class PlausibilityTests
{
    private const double Speed = 100;
    private static readonly PeerId Provider = NodeIdentity.Generate().Id;
    private static readonly PeerId Aggregator = NodeIdentity.Generate().Id;
    private static readonly DateTimeOffset Sent = DateTimeOffset.UnixEpoch + TimeSpan.FromDays(20_000);
    private static readonly byte[] Hash = [.. Enumerable.Repeat((byte)7, 32)];

    private static readonly ReceiptExpectation Expected = new()
    {
        JobId = new byte[16],
        ShardId = 3,
        Attempt = 1,
        Provider = Provider,
        Aggregator = Aggregator,
        OfferHash = Hash,
        ModelRoot = new byte[] { 1, 2, 3 },
        MaxTokens = 20,
        Items = new Dictionary<ulong, ExpectedItem>
        {
            [0] = new(Hash, new ItemOutput { Index = 0, Text = "an answer" }),
            [1] = new(Hash, new ItemOutput { Index = 1, Embedding = { 0.5f } }),
        },
        Complete = true,
        SentAt = Sent,
        ReceivedAt = Sent + TimeSpan.FromSeconds(2),
    };

    private static IEnumerable<TestCaseData> Mistakes()
    {
        yield return Wrong(PlausibilityCheck.JobKnown, (r, _) => r.JobId = ByteString.CopyFrom(1));
        yield return Wrong(PlausibilityCheck.JobKnown, (r, _) => r.ShardId = 4);
        yield return Wrong(PlausibilityCheck.JobKnown, (r, _) => r.Attempt = 2);
        yield return Wrong(PlausibilityCheck.JobKnown, (r, _) => r.ModelRoot = ByteString.CopyFrom(1));
        yield return Wrong(PlausibilityCheck.TokensPresent, (_, i) => i.Items[0].CompletionTokens = 0);
        yield return Wrong(PlausibilityCheck.TokensPresent, (_, i) => i.Items[0].TokenIds.Clear());
        yield return Wrong(PlausibilityCheck.TokensPresent, (_, i) => i.Items[1].PromptTokens = 0);
        yield return Wrong(PlausibilityCheck.RightNode, (r, _) => r.Provider = r.Aggregator);
        yield return Wrong(PlausibilityCheck.RightNode, (r, _) => r.Aggregator = r.Provider);
        yield return Wrong(PlausibilityCheck.RightNode, (r, _) => r.Engine = null);
        yield return Wrong(PlausibilityCheck.RightNode, (r, _) => r.Engine.Name = "");
        yield return Wrong(PlausibilityCheck.CompletionMarker, (_, i) => i.Items[0].FinishReason = "");
        yield return Wrong(PlausibilityCheck.CompletionMarker, (_, i) => i.Items[0].FinishReason = FinishReason.Length);
        yield return Wrong(PlausibilityCheck.CompletionMarker, (_, i) => i.Items.RemoveAt(1));
        yield return Wrong(PlausibilityCheck.CompletionMarker, (_, i) => i.Items.Clear());
        yield return Wrong(PlausibilityCheck.TimeWithinBounds, (r, _) => r.FinishedUnixUs = r.StartedUnixUs - 1);
        yield return Wrong(PlausibilityCheck.TimeWithinBounds, (r, _) => r.StartedUnixUs -= 3_600_000_000);
        yield return Wrong(PlausibilityCheck.TimeWithinBounds, (r, _) => r.CompletionTokens = 10_000);
        yield return Wrong(
            PlausibilityCheck.TimeWithinBounds,
            (r, _) => (r.StartedUnixUs, r.CompletionTokens) = (r.FinishedUnixUs, 1_000));
        yield return Wrong(PlausibilityCheck.HashesWellFormed, (r, _) => r.ItemsRoot = ByteString.CopyFrom(1, 2));
        yield return Wrong(
            PlausibilityCheck.HashesWellFormed, (r, _) => r.ItemsRoot = ByteString.CopyFrom(new byte[32]));
        yield return Wrong(PlausibilityCheck.HashesWellFormed, (_, i) => i.Items[0].OutputHash = ByteString.Empty);
        yield return Wrong(
            PlausibilityCheck.HashesWellFormed, (_, i) => i.Items[1].InputHash = ByteString.CopyFrom(new byte[33]));
    }

    [Test]
    public void Receipt_OfAnHonestProvider_PassesEverything()
    {
        PlausibilityReport report = Assess((_, _) => { });
        Assert.That(report.Failed, Is.Empty);
        Assert.That(report.Score, Is.EqualTo(1));
        Assert.That(report.IsPlausible);
    }

    [TestCaseSource(nameof(Mistakes))]
    public void Receipt_WithOneMistake_LosesThatChecksWeight(
        PlausibilityCheck check, Action<Receipt, ReceiptItems> spoil)
    {
        PlausibilityReport report = Assess(spoil);
        Assert.That(report.Failed.Select(f => f.Check), Is.EqualTo(new[] { check }));
        Assert.That(report.Score, Is.EqualTo(1 - PlausibilityReport.WeightOf(check)).Within(1e-9));
        Assert.That(report.ToString(), Does.Contain(report.Failed[0].Reason));
    }

    [Test]
    public void Weights_AddUpToOne() => Assert.That(
        Enum.GetValues<PlausibilityCheck>().Sum(PlausibilityReport.WeightOf), Is.EqualTo(1).Within(1e-9));

    [TestCase(PlausibilityCheck.JobKnown, true)]
    [TestCase(PlausibilityCheck.TokensPresent, true, Description = "exactly the threshold")]
    [TestCase(PlausibilityCheck.RightNode, true)]
    [TestCase(PlausibilityCheck.CompletionMarker, false)]
    [TestCase(PlausibilityCheck.TimeWithinBounds, true)]
    [TestCase(PlausibilityCheck.HashesWellFormed, true)]
    public void OneFailedCheck_IsRefusedOnlyIfItWeighsEnough(PlausibilityCheck check, bool plausible) =>
        Assert.That(new PlausibilityReport([(check, "because")]).IsPlausible, Is.EqualTo(plausible));

    [Test]
    public void TwoFailedChecks_AreRefused()
    {
        PlausibilityCheck[] all = Enum.GetValues<PlausibilityCheck>();
        foreach (PlausibilityCheck first in all)
        {
            foreach (PlausibilityCheck second in all.Where(c => c > first))
            {
                Assert.That(new PlausibilityReport([(first, ""), (second, "")]).IsPlausible, Is.False);
            }
        }
    }

    [Test]
    public void Length_ThatFillsTheContext_IsAnEnd() => Assert.That(
        Assess((_, i) => (i.Items[0].FinishReason, i.Items[0].PromptTokens) = (FinishReason.Length, 508)).Failed,
        Is.Empty);

    [Test]
    public void Length_ThatWasAskedFor_IsAnEnd() => Assert.That(
        Assess((r, i) =>
        {
            i.Items[0].FinishReason = FinishReason.Length;
            i.Items[0].CompletionTokens = 20;
            i.Items[0].TokenIds.AddRange(Enumerable.Repeat(1u, 17));
        }).Failed,
        Is.Empty);

    [Test]
    public void Error_NeedsNoTokens() => Assert.That(
        Assess((_, i) =>
        {
            i.Items[0].FinishReason = FinishReason.Error;
            i.Items[0].CompletionTokens = 0;
            i.Items[0].TokenIds.Clear();
        }).Failed,
        Is.Empty);

    [Test]
    public void ShardThatWasCalledOff_MayHaveBroughtNothing()
    {
        Receipt receipt = Receipt();
        receipt.ItemCount = 0;
        Assert.That(
            Plausibility.Assess(receipt, new ReceiptItems(), Expected with { Complete = false }, Speed).Failed, Is.Empty);
    }

    [Test]
    public void Speed_ThatIsNotKnown_BoundsNothing() => Assert.That(
        Assess((r, _) => r.CompletionTokens = 1_000_000, speed: 0).Failed, Is.Empty);

    [Test]
    public void AnyReceipt_GetsAScore()
    {
        var random = new Random(11);
        byte[] receipt = Receipt().ToByteArray();
        byte[] items = Items().ToByteArray();
        for (int round = 0; round < 3_000; round++)
        {
            if (TryParse(Schemas.Receipt.Parser, Spoil(receipt)) is { } r
                && TryParse(ReceiptItems.Parser, Spoil(items)) is { } i)
            {
                Assert.That(Plausibility.Assess(r, i, Expected, Speed).Score, Is.InRange(-1e-9, 1));
            }
        }

        byte[] Spoil(byte[] bytes)
        {
            byte[] spoilt = [.. bytes];
            spoilt[random.Next(spoilt.Length)] = (byte)random.Next(256);
            return spoilt;
        }
    }

    private static T? TryParse<T>(MessageParser<T> parser, byte[] bytes)
        where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static TestCaseData Wrong(PlausibilityCheck check, Action<Receipt, ReceiptItems> spoil) =>
        new(check, spoil);

    private static PlausibilityReport Assess(Action<Receipt, ReceiptItems> spoil, double speed = Speed)
    {
        Receipt receipt = Receipt();
        ReceiptItems items = Items();
        spoil(receipt, items);
        return Plausibility.Assess(receipt, items, Expected, speed);
    }

    private static Receipt Receipt() => new()
    {
        JobId = ByteString.CopyFrom(new byte[16]),
        ShardId = 3,
        Attempt = 1,
        Provider = Provider.ToByteString(),
        Aggregator = Aggregator.ToByteString(),
        OfferHash = ByteString.CopyFrom(Hash),
        ModelRoot = ByteString.CopyFrom(1, 2, 3),
        Engine = new EngineDescription { Name = "llama.cpp", ContextTokens = 512 },
        ItemsRoot = ByteString.CopyFrom(Hash),
        ItemCount = 2,
        PromptTokens = 8,
        CompletionTokens = 3,
        StartedUnixUs = Sent.ToUnixTimeMilliseconds() * 1_000,
        FinishedUnixUs = Sent.ToUnixTimeMilliseconds() * 1_000 + 500_000,
    };

    private static ReceiptItems Items() => new()
    {
        Items =
        {
            new ItemReceipt
            {
                Index = 0, InputHash = ByteString.CopyFrom(Hash), OutputHash = ByteString.CopyFrom(Hash),
                TokenIds = { 1, 2, 3 }, PromptTokens = 4, CompletionTokens = 3, FinishReason = FinishReason.Stop,
            },
            new ItemReceipt
            {
                Index = 1, InputHash = ByteString.CopyFrom(Hash), OutputHash = ByteString.CopyFrom(Hash),
                PromptTokens = 4, FinishReason = FinishReason.Stop,
            },
        },
    };
}
