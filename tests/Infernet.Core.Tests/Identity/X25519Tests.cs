using Infernet.Core.Identity;

namespace Infernet.Core.Tests.Identity;

/// <summary>The vectors are those of RFC 7748, sections 5.2 and 6.1.</summary>
[TestFixture]
public sealed class X25519Tests
{
    [TestCase("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
        "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552")]
    [TestCase("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
        "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
        "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957")]
    public void Agree_Rfc7748Vector_GivesItsSecret(string scalar, string coordinate, string expected)
    {
        byte[] shared = new byte[32];
        Assert.That(X25519.Agree(Convert.FromHexString(scalar), Convert.FromHexString(coordinate), shared), Is.True);
        Assert.That(Convert.ToHexStringLower(shared), Is.EqualTo(expected));
    }

    [Test]
    public void PublicKey_Rfc7748Vector_AgreesWithAnyOtherKey()
    {
        byte[] alice = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        byte[] bob = Convert.FromHexString("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
        byte[] alicePublic = new byte[32], bobPublic = new byte[32], first = new byte[32], second = new byte[32];
        X25519.PublicKey(alice, alicePublic);
        X25519.PublicKey(bob, bobPublic);
        Assert.That(
            Convert.ToHexStringLower(bobPublic),
            Is.EqualTo("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"));
        Assert.That(X25519.Agree(alice, bobPublic, first), Is.True);
        Assert.That(X25519.Agree(bob, alicePublic, second), Is.True);
        Assert.That(first, Is.EqualTo(second));
    }

    // RFC 7748, section 6.1: a result of all zeros means that the peer's key was of small order.
    [TestCase("0000000000000000000000000000000000000000000000000000000000000000")]
    [TestCase("0100000000000000000000000000000000000000000000000000000000000000")]
    [TestCase("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")]
    [TestCase("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    public void Agree_KeyOfSmallOrder_Refuses(string key)
    {
        byte[] secret = Convert.FromHexString("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4");
        Assert.That(X25519.Agree(secret, Convert.FromHexString(key), new byte[32]), Is.False);
    }

    [TestCase(31, 32, 32)]
    [TestCase(32, 33, 32)]
    [TestCase(32, 32, 31)]
    public void Agree_WrongLengths_Throws(int secret, int key, int shared) => Assert.That(
        () => X25519.Agree(new byte[secret], new byte[key], new byte[shared]),
        Throws.InstanceOf<ArgumentOutOfRangeException>());
}
