using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;

namespace Infernet.Core.Tests.Receipts;

/// <summary>One rule each: a receipt that breaks it is refused for that reason.</summary>
[TestFixture]
public sealed class ReceiptCheckTests
{
    private static readonly DateTimeOffset SentAt = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
    private static readonly NodeIdentity Provider = NodeIdentity.Generate();
    private static readonly PeerId Aggregator = NodeIdentity.Generate().Id;

    private static IEnumerable<TestCaseData> Wrong()
    {
        yield return Case("Job", r => r.JobId = ByteString.Empty, "another job");
        yield return Case("Shard", r => r.ShardId = 9, "is about shard 9");
        yield return Case("Attempt", r => r.Attempt = 9, "attempt 9");
        yield return Case("Provider", r => r.Provider = Aggregator.ToByteString(), "another provider");
        yield return Case("Aggregator", r => r.Aggregator = r.Provider, "another aggregator");
        yield return Case("Offer", r => r.OfferHash = ByteString.Empty, "another offer");
        yield return Case("Model", r => r.ModelRoot = ByteString.Empty, "another model");
        yield return Case("Engine", r => r.Engine = null, "the engine");
        yield return Case("Order", r => r.FinishedUnixUs = r.StartedUnixUs - 1, "before it started");
        yield return Case("Early", r => r.StartedUnixUs -= 3_600_000_000, "clock");
        yield return Case("Late", r => r.FinishedUnixUs += 3_600_000_000, "clock");
        yield return Case(
            "Overflow", r => (r.StartedUnixUs, r.FinishedUnixUs) = (long.MinValue, long.MaxValue), "clock");
        yield return Case("Long", r => r.StartedUnixUs -= 30_000_000, "more time than passed");
        yield return Case("Foreign", r => r.Items[0].Index = 5, "not in the shard");
        yield return Case("Twice", r => r.Items[1].Index = 0, "twice");
        yield return Case("Missing", r => r.Items.RemoveAt(1), "covers 1 of 2");
        yield return Case("Input", r => r.Items[0].InputHash = ByteString.Empty, "input's hash");
        yield return Case("Output", r => r.Items[0].OutputHash = ByteString.Empty, "output's hash");
        yield return Case("Finish", r => r.Items[0].FinishReason = "STOP", "finish reason is none");
        yield return Case("NotAnError", r => r.Items[0].FinishReason = FinishReason.Error, "do not agree");
        yield return Case("Count", r => r.Items[0].CompletionTokens = 1, "1 tokens are claimed, 2 are listed");
        yield return Case("NoTokens", r => Clear(r.Items[0]), "no tokens");
        yield return Case("Prompt", r => r.Items[0].PromptTokens = 0, "a prompt of no tokens");
    }

    [TestCaseSource(nameof(Wrong))]
    public void Receipt_ThatBreaksARule_IsRefusedForIt(Action<Receipt> spoil, string reason)
    {
        Receipt receipt = Good();
        spoil(receipt);

        Assert.That(Problem(receipt), Does.Contain(reason));
    }

    [Test]
    public void Receipt_ThatIsRight_HasNoProblem() => Assert.That(Problem(Good()), Is.Null);

    [Test]
    public void Receipt_SignedByAnother_IsRefused() =>
        Assert.That(Problem(Good(), NodeIdentity.Generate()), Does.Contain("is signed by"));

    [Test]
    public void Receipt_WithMoreTokensThanAskedFor_IsRefused() =>
        Assert.That(Problem(Good(), change: e => e with { MaxTokens = 1 }), Does.Contain("at most 1"));

    [Test]
    public void Receipt_ForAnOutputThatNeverCame_IsRefused() => Assert.That(
        Problem(Good(), change: e => e with
        {
            Items = e.Items.ToDictionary(i => i.Key, i => i.Value with { Output = null }),
        }),
        Does.Contain("was not sent"));

    [Test]
    public void Receipt_OverAPart_IsEnoughAfterACancellation()
    {
        Receipt receipt = Good();
        receipt.Items.RemoveAt(1);

        Assert.That(Problem(receipt, change: e => e with { Complete = false }), Is.Null);
    }

    [Test]
    public void Envelope_WithAFlippedBit_IsRefused()
    {
        byte[] envelope = ReceiptEnvelope.Seal(Provider, Good());
        envelope[^1] ^= 1;

        Assert.That(ReceiptCheck.FindProblem(envelope, Expected(), out _), Does.Contain("signature is wrong"));
    }

    private static TestCaseData Case(string name, Action<Receipt> spoil, string reason) =>
        new TestCaseData(spoil, reason).SetArgDisplayNames(name);

    private static string? Problem(
        Receipt receipt, NodeIdentity? signer = null, Func<ReceiptExpectation, ReceiptExpectation>? change = null) =>
        ReceiptCheck.FindProblem(
            ReceiptEnvelope.Seal(signer ?? Provider, receipt),
            change is null ? Expected() : change(Expected()),
            out _);

    private static void Clear(ItemReceipt item)
    {
        item.TokenIds.Clear();
        item.CompletionTokens = 0;
    }

    private static Item Input(int index) => new() { Index = (ulong)index, Prompt = $"prompt {index}" };

    private static ItemOutput Output(int index) => new() { Index = (ulong)index, Text = $"text {index}" };

    private static Receipt Good()
    {
        long sent = SentAt.ToUnixTimeMilliseconds() * 1_000;
        var receipt = new Receipt
        {
            JobId = ByteString.CopyFrom(1),
            ShardId = 2,
            Attempt = 3,
            Provider = Provider.Id.ToByteString(),
            Aggregator = Aggregator.ToByteString(),
            OfferHash = ByteString.CopyFrom(4),
            ModelRoot = ByteString.CopyFrom(5),
            Engine = new EngineDescription(),
            StartedUnixUs = sent,
            FinishedUnixUs = sent + 1_000_000,
        };
        for (int i = 0; i < 2; i++)
        {
            var line = new ItemReceipt
            {
                Index = (ulong)i,
                InputHash = ByteString.CopyFrom(ItemHash.Of(Input(i))),
                OutputHash = ByteString.CopyFrom(OutputHash.Of(Output(i))),
                PromptTokens = 3,
                CompletionTokens = 2,
                FinishReason = FinishReason.Stop,
            };
            line.TokenIds.AddRange([1, 2]);
            receipt.Items.Add(line);
        }

        return receipt;
    }

    private static ReceiptExpectation Expected() => new()
    {
        JobId = new byte[] { 1 },
        ShardId = 2,
        Attempt = 3,
        Provider = Provider.Id,
        Aggregator = Aggregator,
        OfferHash = new byte[] { 4 },
        ModelRoot = new byte[] { 5 },
        MaxTokens = 10,
        Items = Enumerable.Range(0, 2).ToDictionary(
            i => (ulong)i, i => new ExpectedItem(ItemHash.Of(Input(i)), Output(i))),
        Complete = true,
        SentAt = SentAt,
        ReceivedAt = SentAt.AddSeconds(2),
    };
}
