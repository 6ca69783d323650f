using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Libp2p.Noise;

namespace Infernet.Libp2p.Tests.Noise;

internal sealed class NoiseIdentityTests
{
    private readonly NodeIdentity _node = NodeIdentity.Generate();

    [Test]
    public void Payload_OfIdentity_ProvesItAndNamesMuxers()
    {
        var identity = new NoiseIdentity(_node, ["/yamux/1.0.0"]);

        RemoteIdentity remote = NoiseIdentity.Verify(identity.Payload.Span, identity.Static.Public);

        Assert.That(remote.Peer, Is.EqualTo(_node.Id));
        Assert.That(remote.Muxers, Is.EqualTo(new[] { "/yamux/1.0.0" }));
    }

    [Test]
    public void Verify_OfAnotherStaticKey_Throws()
    {
        var identity = new NoiseIdentity(_node, []);
        byte[] other = KeyPair.Generate().Public.ToArray();

        Assert.That(
            () => NoiseIdentity.Verify(identity.Payload.Span, other),
            Throws.TypeOf<NoiseException>().With.Message.Contains("did not sign"));
    }

    [TestCase(KeyType.Rsa, "RSA")]
    [TestCase(KeyType.Secp256K1, "SECP256K1")]
    public void Verify_OfOtherKindOfKey_NamesIt(KeyType type, string name)
    {
        var key = new PublicKey { Type = type, Data = ByteString.CopyFrom(new byte[33]) };
        var payload = new NoiseHandshakePayload { IdentityKey = key.ToByteString(), IdentitySig = ByteString.Empty };

        Assert.That(
            () => NoiseIdentity.Verify(payload.ToByteArray(), new byte[32]),
            Throws.TypeOf<NoiseException>().With.Message.Contains(name).IgnoreCase.And.Message.Contains("Ed25519"));
    }

    [Test]
    public void Verify_OfEmptyPayload_Throws() =>
        Assert.That(() => NoiseIdentity.Verify([], new byte[32]), Throws.TypeOf<NoiseException>());

    [Test]
    public void Verify_OfAnyBytes_ThrowsNothingButNoiseException()
    {
        var random = new Random(99);
        byte[] honest = new NoiseIdentity(_node, ["/yamux/1.0.0"]).Payload.ToArray();
        for (int i = 0; i < 2_000; i++)
        {
            byte[] bytes = i % 2 == 0 ? new byte[random.Next(150)] : [.. honest];
            if (i % 2 == 0)
            {
                random.NextBytes(bytes);
            }
            else
            {
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }

            Assert.That(() => NoiseIdentity.Verify(bytes, new byte[32]), Throws.TypeOf<NoiseException>());
        }
    }
}
