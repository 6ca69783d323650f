using System.Security.Cryptography;
using Google.Protobuf;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;

namespace Infernet.Core.Tests.Receipts;

[TestFixture]
public sealed class ItemsRootTests
{
    [Test]
    public void Hash_OfAnItem_IsOverTheBytesThatAreDocumented()
    {
        ItemReceipt item = Item();
        byte[] content = SHA256.HashData(
        [
            .. "infernet-item-content:1"u8, 2, 0xaa, 0xbb, 2, 7, 0x80, 1, 1, 0xcc, 3, 2, 4, .. "stop"u8,
        ]);
        byte[] expected = SHA256.HashData([.. "infernet-item-receipt:1"u8, 5, .. content]);

        Assert.That(ItemReceiptHash.Of(item), Is.EqualTo(expected));
    }

    [Test]
    public void Hash_OfAnItem_CoversEveryField()
    {
        Action<ItemReceipt>[] changes =
        [
            _ => { }, i => i.Index++, i => i.InputHash = ByteString.Empty, i => i.TokenIds.Clear(),
            i => i.TokenIds[0]++, i => i.TokenIds.Add(1), i => i.OutputHash = ByteString.CopyFrom(1),
            i => i.PromptTokens++, i => i.CompletionTokens++, i => i.FinishReason = "length",
        ];

        Assert.That(changes.Select(change => Convert.ToHexString(ItemReceiptHash.Of(Changed(change)))), Is.Unique);
    }

    [Test]
    public void Content_OfAnItem_IsTheSameInAnyPlace() => Assert.That(
        ItemReceiptHash.ContentOf(Changed(i => i.Index = 6)), Is.EqualTo(ItemReceiptHash.ContentOf(Item())));

    [Test]
    public void Root_OfItems_IsOverTheBytesThatAreDocumented()
    {
        var items = new ReceiptItems { Items = { Item(), Changed(i => i.Index = 6) } };
        byte[] expected = SHA256.HashData(
        [
            .. "infernet-receipt-items:1"u8, 2,
            .. ItemReceiptHash.Of(items.Items[0]), .. ItemReceiptHash.Of(items.Items[1]),
        ]);

        Assert.That(ItemsRoot.Of(items), Is.EqualTo(expected));
    }

    [Test]
    public void Root_OfTheItemsInAnotherOrder_IsAnother() => Assert.That(
        ItemsRoot.Of(new ReceiptItems { Items = { Item(), Changed(i => i.Index = 6) } }),
        Is.Not.EqualTo(ItemsRoot.Of(new ReceiptItems { Items = { Changed(i => i.Index = 6), Item() } })));

    [TestCase(0)]
    [TestCase(31)]
    [TestCase(64)]
    public void Root_OverSomethingThatIsNoHash_IsRefused(int length) =>
        Assert.That(() => ItemsRoot.Of([new byte[length]]), Throws.ArgumentException);

    [Test]
    public void Commitment_ToASecretAndARate_IsOverTheBytesThatAreDocumented()
    {
        byte[] secret = Enumerable.Repeat((byte)9, 32).ToArray();

        Assert.That(
            DrawCommitment.Of(secret, 0x01020304),
            Is.EqualTo(SHA256.HashData([.. "infernet-draw-commitment:1"u8, .. secret, 1, 2, 3, 4])));
    }

    [Test]
    public void Commitment_ToAShortSecret_IsRefused() =>
        Assert.That(() => DrawCommitment.Of(new byte[31], 0), Throws.ArgumentException);

    private static ItemReceipt Changed(Action<ItemReceipt> change)
    {
        ItemReceipt item = Item();
        change(item);
        return item;
    }

    private static ItemReceipt Item() => new()
    {
        Index = 5,
        InputHash = ByteString.CopyFrom(0xaa, 0xbb),
        TokenIds = { 7, 128 },
        OutputHash = ByteString.CopyFrom(0xcc),
        PromptTokens = 3,
        CompletionTokens = 2,
        FinishReason = "stop",
    };
}
