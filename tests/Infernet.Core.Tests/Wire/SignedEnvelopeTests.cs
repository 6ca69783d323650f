using System.Text;
using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Core.Wire;

namespace Infernet.Core.Tests.Wire;

/// <summary>Source of the rules: https://github.com/libp2p/specs/blob/master/RFC/0002-signed-envelopes.md.</summary>
[TestFixture]
public sealed class SignedEnvelopeTests
{
    private const string Domain = "libp2p-peer-record";
    private static readonly byte[] PayloadType = [0x03, 0x01];
    private static readonly NodeIdentity Signer = NodeIdentity.FromSeed(new byte[32]);
    private static readonly PeerRecord Record = new() { PeerId = Signer.Id.ToByteString(), Seq = 7 };

    [Test]
    public void TryOpen_OtherDomain_Refuses() =>
        Assert.That(TryOpen(Seal(), "infernet-receipt", PayloadType), Is.False);

    [Test]
    public void TryOpen_OtherPayloadType_Refuses() => Assert.That(TryOpen(Seal(), Domain, [0x03, 0x02]), Is.False);

    [TestCase(nameof(Envelope.Payload))]
    [TestCase(nameof(Envelope.PayloadType))]
    [TestCase(nameof(Envelope.Signature))]
    [TestCase(nameof(Envelope.PublicKey))]
    public void TryOpen_PartMissing_Refuses(string part)
    {
        Envelope envelope = Envelope.Parser.ParseFrom(Seal());
        Envelope.Descriptor.Fields.InFieldNumberOrder()
            .Single(field => field.PropertyName == part).Accessor.Clear(envelope);
        Assert.That(TryOpen(envelope.ToByteArray(), Domain, PayloadType), Is.False);
    }

    [Test]
    public void TryOpen_SignedByAnotherKey_Refuses()
    {
        Envelope envelope = Envelope.Parser.ParseFrom(Seal());
        envelope.PublicKey = PublicKey.Parser.ParseFrom(NodeIdentity.Generate().EncodedPublicKey.Span);
        Assert.That(TryOpen(envelope.ToByteArray(), Domain, PayloadType), Is.False);
    }

    [Test]
    public void TryOpen_KeyOfAnotherKind_Refuses()
    {
        Envelope envelope = Envelope.Parser.ParseFrom(Seal());
        envelope.PublicKey.Type = KeyType.Secp256K1;
        Assert.That(TryOpen(envelope.ToByteArray(), Domain, PayloadType), Is.False);
    }

    [Test]
    public void TryOpen_BytesMovedBetweenDomainAndType_Refuses()
    {
        byte[] envelope = SignedEnvelope.Seal(Signer, "abc", Encoding.ASCII.GetBytes("def"), Record);
        Assert.That(TryOpen(envelope, "abcd", Encoding.ASCII.GetBytes("ef")), Is.False);
    }

    [Test]
    public void TryOpen_SignedPayloadIsNoSuchMessage_Refuses()
    {
        byte[] payload = [0xff, 0xff];
        byte[] domain = Encoding.ASCII.GetBytes(Domain);
        byte[] signedBytes =
            [(byte)domain.Length, .. domain, (byte)PayloadType.Length, .. PayloadType, (byte)payload.Length, .. payload];
        byte[] envelope = new Envelope
        {
            PublicKey = PublicKey.Parser.ParseFrom(Signer.EncodedPublicKey.Span),
            PayloadType = ByteString.CopyFrom(PayloadType),
            Payload = ByteString.CopyFrom(payload),
            Signature = ByteString.CopyFrom(Signer.Sign(signedBytes)),
        }.ToByteArray();
        Assert.That(TryOpen(envelope, Domain, PayloadType), Is.False);
    }

    [Test]
    public void TryOpen_Sealed_GivesMessageAndSigner()
    {
        bool opened = SignedEnvelope.TryOpen(
            Seal(), Domain, PayloadType, PeerRecord.Parser, out PeerRecord read, out PeerId signer);
        Assert.That(opened, Is.True);
        Assert.That(read, Is.EqualTo(Record));
        Assert.That(signer, Is.EqualTo(Signer.Id));
    }

    [Test]
    public void TryOpen_AnyByteChanged_NeverGivesAnotherMessage()
    {
        byte[] whole = Seal();
        for (int at = 0; at < whole.Length; at++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] changed = [.. whole];
                changed[at] ^= (byte)(1 << bit);
                bool opened = SignedEnvelope.TryOpen(
                    changed, Domain, PayloadType, PeerRecord.Parser, out PeerRecord read, out PeerId signer);
                Assert.That(!opened || (read.Equals(Record) && signer == Signer.Id), Is.True, $"byte {at} bit {bit}");
            }
        }
    }

    [Test]
    public void TryOpen_AnyBytes_NeverThrows()
    {
        var random = new Random(18);
        byte[] whole = Seal();
        for (int i = 0; i < 5_000; i++)
        {
            byte[] bytes = [.. whole];
            for (int changes = random.Next(6); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            Array.Resize(ref bytes, random.Next(bytes.Length + 4));
            Assert.That(() => TryOpen(bytes, Domain, PayloadType), Throws.Nothing);
        }
    }

    private static byte[] Seal() => SignedEnvelope.Seal(Signer, Domain, PayloadType, Record);

    private static bool TryOpen(byte[] envelope, string domain, byte[] payloadType) =>
        SignedEnvelope.TryOpen(envelope, domain, payloadType, PeerRecord.Parser, out PeerRecord _, out _);
}
