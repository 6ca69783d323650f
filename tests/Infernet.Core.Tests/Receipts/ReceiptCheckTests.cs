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
        yield return Case("Job", (r, _) => r.JobId = ByteString.Empty, "another job");
        yield return Case("Shard", (r, _) => r.ShardId = 9, "is about shard 9");
        yield return Case("Attempt", (r, _) => r.Attempt = 9, "attempt 9");
        yield return Case("Provider", (r, _) => r.Provider = Aggregator.ToByteString(), "another provider");
        yield return Case("Aggregator", (r, _) => r.Aggregator = r.Provider, "another aggregator");
        yield return Case("Offer", (r, _) => r.OfferHash = ByteString.Empty, "another offer");
        yield return Case("Model", (r, _) => r.ModelRoot = ByteString.Empty, "another model");
        yield return Case("Engine", (r, _) => r.Engine = null, "the engine");
        yield return Case("Order", (r, _) => r.FinishedUnixUs = r.StartedUnixUs - 1, "before it started");
        yield return Case("Early", (r, _) => r.StartedUnixUs -= 3_600_000_000, "clock");
        yield return Case("Late", (r, _) => r.FinishedUnixUs += 3_600_000_000, "clock");
        yield return Case(
            "Overflow", (r, _) => (r.StartedUnixUs, r.FinishedUnixUs) = (long.MinValue, long.MaxValue), "clock");
        yield return Case("Long", (r, _) => r.StartedUnixUs -= 30_000_000, "more time than passed");
        yield return Case("Foreign", (_, i) => i.Items[0].Index = 5, "not in the shard");
        yield return Case("Twice", (_, i) => i.Items[1].Index = 0, "twice");
        yield return Case("Missing", (_, i) => i.Items.RemoveAt(1), "covers 1 of 2");
        yield return Case("Input", (_, i) => i.Items[0].InputHash = ByteString.Empty, "input's hash");
        yield return Case("Output", (_, i) => i.Items[0].OutputHash = ByteString.Empty, "output's hash");
        yield return Case("Finish", (_, i) => i.Items[0].FinishReason = "STOP", "finish reason is none");
        yield return Case("NotAnError", (_, i) => i.Items[0].FinishReason = FinishReason.Error, "do not agree");
        yield return Case("Count", (_, i) => i.Items[0].CompletionTokens = 1, "1 tokens are claimed, 2 are listed");
        yield return Case("NoTokens", (_, i) => Clear(i.Items[0]), "no tokens");
        yield return Case("Prompt", (_, i) => i.Items[0].PromptTokens = 0, "a prompt of no tokens");
    }

    // A liar who signs for what it lies about: the root and the sums agree with the items.
    [TestCaseSource(nameof(Wrong))]
    public void Receipt_ThatBreaksARule_IsRefusedForIt(Action<Receipt, ReceiptItems> spoil, string reason)
    {
        (Receipt receipt, ReceiptItems items) = Good();
        spoil(receipt, items);
        Sum(receipt, items);

        Assert.That(Problem(receipt, items), Does.Contain(reason));
    }

    private static IEnumerable<TestCaseData> Apart()
    {
        yield return Case("Root", (r, _) => r.ItemsRoot = ByteString.CopyFrom(new byte[32]), "not those");
        yield return Case("NoRoot", (r, _) => r.ItemsRoot = ByteString.Empty, "not those");
        yield return Case("Number", (r, _) => r.ItemCount = 3, "for 3 items, 2 are beside it");
        yield return Case("PromptTokens", (r, _) => r.PromptTokens++, "claims 7 and 4 tokens");
        yield return Case("CompletionTokens", (r, _) => r.CompletionTokens--, "claims 6 and 3 tokens");
        yield return Case("Token", (_, i) => i.Items[0].TokenIds[0] = 9, "not those");
        yield return Case("Exchanged", (_, i) => i.Items.Add(Take(i, 0)), "not those");
    }

    [TestCaseSource(nameof(Apart))]
    public void Receipt_ThatIsNotAboutItsItems_IsRefused(Action<Receipt, ReceiptItems> spoil, string reason)
    {
        (Receipt receipt, ReceiptItems items) = Good();
        spoil(receipt, items);

        Assert.That(Problem(receipt, items), Does.Contain(reason));
    }

    [Test]
    public void Receipt_WithoutItsItems_IsRefused() => Assert.That(
        ReceiptCheck.FindProblem(ReceiptEnvelope.Seal(Provider, Good().Receipt), null, Expected(), out _),
        Does.Contain("covers 0 of 2"));

    [Test]
    public void Receipt_ThatIsRight_HasNoProblem() => Assert.That(Problem(Good().Receipt, Good().Items), Is.Null);

    [Test]
    public void Receipt_SignedByAnother_IsRefused() =>
        Assert.That(Problem(Good().Receipt, Good().Items, NodeIdentity.Generate()), Does.Contain("is signed by"));

    [Test]
    public void Receipt_WithMoreTokensThanAskedFor_IsRefused() =>
        Assert.That(Problem(Good().Receipt, Good().Items, change: e => e with { MaxTokens = 1 }), Does.Contain("at most 1"));

    [Test]
    public void Receipt_ForAnOutputThatNeverCame_IsRefused() => Assert.That(
        Problem(Good().Receipt, Good().Items, change: e => e with
        {
            Items = e.Items.ToDictionary(i => i.Key, i => i.Value with { Output = null }),
        }),
        Does.Contain("was not sent"));

    [Test]
    public void Receipt_OverAPart_IsEnoughAfterACancellation()
    {
        (Receipt receipt, ReceiptItems items) = Good();
        items.Items.RemoveAt(1);
        Sum(receipt, items);

        Assert.That(Problem(receipt, items, change: e => e with { Complete = false }), Is.Null);
    }

    [Test]
    public void Envelope_WithAFlippedBit_IsRefused()
    {
        byte[] envelope = ReceiptEnvelope.Seal(Provider, Good().Receipt);
        envelope[^1] ^= 1;

        Assert.That(ReceiptCheck.FindProblem(envelope, Good().Items, Expected(), out _), Does.Contain("signature is wrong"));
    }

    private static TestCaseData Case(string name, Action<Receipt, ReceiptItems> spoil, string reason) =>
        new TestCaseData(spoil, reason).SetArgDisplayNames(name);

    private static string? Problem(
        Receipt receipt, ReceiptItems items, NodeIdentity? signer = null,
        Func<ReceiptExpectation, ReceiptExpectation>? change = null) =>
        ReceiptCheck.FindProblem(
            ReceiptEnvelope.Seal(signer ?? Provider, receipt),
            items,
            change is null ? Expected() : change(Expected()),
            out _);

    private static void Clear(ItemReceipt item)
    {
        item.TokenIds.Clear();
        item.CompletionTokens = 0;
    }

    private static ItemReceipt Take(ReceiptItems items, int place)
    {
        ItemReceipt taken = items.Items[place];
        items.Items.RemoveAt(place);
        return taken;
    }

    private static void Sum(Receipt receipt, ReceiptItems items)
    {
        receipt.ItemsRoot = ByteString.CopyFrom(ItemsRoot.Of(items));
        receipt.ItemCount = (uint)items.Items.Count;
        receipt.PromptTokens = (ulong)items.Items.Sum(i => i.PromptTokens);
        receipt.CompletionTokens = (ulong)items.Items.Sum(i => i.CompletionTokens);
    }

    private static Item Input(int index) => new() { Index = (ulong)index, Prompt = $"prompt {index}" };

    private static ItemOutput Output(int index) => new() { Index = (ulong)index, Text = $"text {index}" };

    private static (Receipt Receipt, ReceiptItems Items) Good()
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
        var items = new ReceiptItems();
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
            items.Items.Add(line);
        }

        Sum(receipt, items);
        return (receipt, items);
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
