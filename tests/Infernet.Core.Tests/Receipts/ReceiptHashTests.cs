using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;

namespace Infernet.Core.Tests.Receipts;

[TestFixture]
public sealed class ReceiptHashTests
{
    [Test]
    public void Item_WithoutInput_HasNoHash() =>
        Assert.That(() => ItemHash.Of(new Item { Index = 3 }), Throws.ArgumentException);

    [Test]
    public void Items_OfOtherKindsOrTexts_HaveOtherHashes()
    {
        Item[] items =
        [
            new() { Prompt = "hello" }, new() { Text = "hello" }, new() { Prompt = "hellO" }, Chat(("user", "hello")),
            Chat(("system", "hello")), Chat(("user", "hel"), ("user", "lo")), Chat(("userhel", "lo")), Chat(),
        ];

        Assert.That(items.Select(i => Convert.ToHexString(ItemHash.Of(i))), Is.Unique);
    }

    [Test]
    public void Item_AtAnotherIndex_HasTheSameHash() => Assert.That(
        ItemHash.Of(new Item { Index = 7, Prompt = "x" }),
        Is.EqualTo(ItemHash.Of(new Item { Index = 8, Prompt = "x" })));

    [Test]
    public void ItemHash_OfAPrompt_IsOverTheBytesThatAreDocumented()
    {
        byte[] expected = System.Security.Cryptography.SHA256.HashData([.. "infernet-item:1"u8, 2, 3, .. "abc"u8]);

        Assert.That(ItemHash.Of(new Item { Prompt = "abc" }), Is.EqualTo(expected));
    }

    [Test]
    public void OutputHash_OfAText_IsThatOfItsUtf8() => Assert.That(
        OutputHash.Of(new ItemOutput { Text = "é" }),
        Is.EqualTo(System.Security.Cryptography.SHA256.HashData([0xc3, 0xa9])));

    [Test]
    public void OutputHash_OfAnEmbedding_IsThatOfLittleEndianFloats()
    {
        var output = new ItemOutput();
        output.Embedding.Add(1f);

        Assert.That(
            OutputHash.Of(output), Is.EqualTo(System.Security.Cryptography.SHA256.HashData([0, 0, 0x80, 0x3f])));
    }

    [Test]
    public void OutputHash_OfAnError_IsThatOfTheError() => Assert.That(
        OutputHash.Of(new ItemOutput { Text = "text", Error = "no" }),
        Is.EqualTo(OutputHash.Of(new ItemOutput { Text = "no" })));

    [Test]
    public void Envelope_OfAnotherDomain_IsNoReceipt()
    {
        byte[] advert = Core.Wire.SignedEnvelope.Seal(
            NodeIdentity.Generate(), "infernet-advert", "/infernet/receipt/1"u8, new Receipt());

        Assert.That(ReceiptEnvelope.TryOpen(advert, out _, out _), Is.False);
    }

    [Test]
    public void Envelope_LargerThanAllowed_IsNoReceipt() =>
        Assert.That(ReceiptEnvelope.TryOpen(new byte[ReceiptEnvelope.MaxSize + 1], out _, out _), Is.False);

    [Test]
    public void Envelope_OfAnyBytes_IsReceiptOrNot([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        byte[] good = ReceiptEnvelope.Seal(NodeIdentity.Generate(), new Receipt { ShardId = 3 });
        for (int i = 0; i < 100; i++)
        {
            byte[] bytes = [.. good];
            bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
            Assert.That(() => ReceiptEnvelope.TryOpen(bytes, out _, out _), Throws.Nothing);
        }
    }

    [Test]
    public void OfferHash_CoversEveryField()
    {
        var offer = new Offer { JobId = ByteString.CopyFrom(1), TotalItems = 3 };
        byte[] before = ReceiptEnvelope.HashOf(offer);
        offer.SecretCommitment = ByteString.CopyFrom(2);

        Assert.That(ReceiptEnvelope.HashOf(offer), Is.Not.EqualTo(before));
    }

    [Test]
    public void Acknowledgement_HoldsForItsReceiptAndSignerAlone()
    {
        NodeIdentity aggregator = NodeIdentity.Generate();
        byte[] hash = Enumerable.Repeat((byte)1, 32).ToArray();
        ReceiptAcknowledged signed = ReceiptAcknowledgement.Sign(aggregator, 1, hash);

        Assert.That(ReceiptAcknowledgement.IsValid(signed, aggregator.Id, hash), Is.True);
        Assert.That(ReceiptAcknowledgement.IsValid(signed, aggregator.Id, new byte[32]), Is.False);
        Assert.That(ReceiptAcknowledgement.IsValid(signed, NodeIdentity.Generate().Id, hash), Is.False);
        signed.Signature = ByteString.Empty;
        Assert.That(ReceiptAcknowledgement.IsValid(signed, aggregator.Id, hash), Is.False);
    }

    private static Item Chat(params (string Role, string Content)[] messages)
    {
        var item = new Item { Chat = new ChatMessages() };
        item.Chat.Messages.AddRange(
            messages.Select(m => new ChatMessage { Role = m.Role, Content = m.Content }));
        return item;
    }
}
