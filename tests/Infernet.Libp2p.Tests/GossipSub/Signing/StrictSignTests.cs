using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas.PubSub;
using Infernet.Libp2p.GossipSub;
using Infernet.Libp2p.GossipSub.Signing;
using Infernet.Libp2p.GossipSub.Wire;

namespace Infernet.Libp2p.Tests.GossipSub.Signing;

internal sealed class StrictSignTests
{
    private static readonly NodeIdentity Author = NodeIdentity.Generate();
    private static readonly NodeIdentity Other = NodeIdentity.Generate();

    private static IEnumerable<TestCaseData> Refused()
    {
        yield return Case("NoAuthor", m => m with { From = null });
        yield return Case("AuthorThatIsNoPeerId", m => m with { From = [1, 2, 3] });
        yield return Case("NoSequenceNumber", m => m with { SequenceNumber = null });
        yield return Case("ShortSequenceNumber", m => m with { SequenceNumber = new byte[7] });
        yield return Case("LongSequenceNumber", m => m with { SequenceNumber = new byte[9] });
        yield return Case("NoSignature", m => m with { Signature = null });
        yield return Case("NoTopic", m => m with { Topic = null });
        yield return Case("KeyOfAnother", m => m with { Key = Other.EncodedPublicKey.ToArray() });
        yield return Case("HashedAuthorWithoutKey", m => m with { From = HashedId() });
    }

    private static IEnumerable<TestCaseData> Altered()
    {
        yield return Case("Data", m => m with { Data = [1] });
        yield return Case("NoData", m => m with { Data = null });
        yield return Case("Topic", m => m with { Topic = "another" });
        yield return Case("SequenceNumber", m => m with { SequenceNumber = new byte[8] });
        yield return Case("Author", m => m with { From = Other.Id.ToBytes() });
        yield return Case("ShortSignature", m => m with { Signature = m.Signature![..63] });
        yield return Case("EmptySignature", m => m with { Signature = [] });
        yield return Case("MoreFields", m => m with { Unknown = [0x78, 0x01] });
    }

    [TestCaseSource(nameof(Refused))]
    public void TryOpen_FieldMissingOrWrong_Refuses(Func<WireMessage, WireMessage> change) => Assert.That(
        StrictSign.TryOpen(change(Signed()), out _, out _), Is.EqualTo(StrictSignResult.Refused));

    [TestCaseSource(nameof(Altered))]
    public void IsSigned_Altered_IsFalse(Func<WireMessage, WireMessage> change)
    {
        WireMessage altered = change(Signed());

        Assert.That(StrictSign.TryOpen(altered, out _, out byte[] key), Is.EqualTo(StrictSignResult.Opened));
        Assert.That(StrictSign.IsSigned(altered, key), Is.False);
    }

    [Test]
    public void TryOpen_KeyOfAKindThatIsNotVerified_BlamesNobody()
    {
        byte[] key = [0x08, 0x00, 0x12, 0x40, .. new byte[64]];
        WireMessage message = Signed() with { From = PeerId.FromPublicKey(key).ToBytes(), Key = key };

        Assert.That(StrictSign.TryOpen(message, out _, out _), Is.EqualTo(StrictSignResult.Unsupported));
    }

    [Test]
    public void Sign_Message_IsSignedAndOpens()
    {
        WireMessage message = Signed();

        Assert.That(message.Key, Is.Null);
        Assert.That(
            StrictSign.TryOpen(message, out GossipMessage opened, out byte[] key), Is.EqualTo(StrictSignResult.Opened));
        Assert.That(StrictSign.IsSigned(message, key), Is.True);
        Assert.That(opened.From, Is.EqualTo(Author.Id));
        Assert.That(opened.Sequence, Is.EqualTo(7));
        Assert.That(opened.Data.ToArray(), Is.EqualTo("data"u8.ToArray()));
    }

    // A key beside an author whose id carries it is superfluous, but js-libp2p sends it.
    [Test]
    public void IsSigned_WithTheKeyBeside_IsTrue()
    {
        WireMessage message = Signed() with { Key = Author.EncodedPublicKey.ToArray() };

        Assert.That(StrictSign.TryOpen(message, out _, out byte[] key), Is.EqualTo(StrictSignResult.Opened));
        Assert.That(StrictSign.IsSigned(message, key), Is.True);
    }

    [Test]
    public void IsSigned_UnknownFieldsThatWereSigned_IsTrue()
    {
        byte[] unsigned = new Message
        {
            From = Author.Id.ToByteString(), Data = ByteString.CopyFromUtf8("data"),
            Seqno = ByteString.CopyFrom(new byte[8]), Topic = "topic",
        }.ToByteArray();
        byte[] whole = [.. unsigned, 0x7a, 0x01, 0x2a];
        byte[] signature = Author.Sign([.. "libp2p-pubsub:"u8, .. whole]);
        WireMessage message = WireMessage.Read(whole, new GossipSubLimits()) with { Signature = signature };

        Assert.That(StrictSign.TryOpen(message, out _, out byte[] key), Is.EqualTo(StrictSignResult.Opened));
        Assert.That(StrictSign.IsSigned(message, key), Is.True);
        Assert.That(message.Encode().Written.IndexOf<byte>([0x7a, 0x01, 0x2a]), Is.Positive);
    }

    private static WireMessage Signed() => StrictSign.Sign(Author, "topic", 7, "data"u8);

    private static byte[] HashedId() => PeerId.FromPublicKey(new byte[100]).ToBytes();

    private static TestCaseData Case(string name, Func<WireMessage, WireMessage> change) =>
        new TestCaseData(change).SetArgDisplayNames(name);
}
