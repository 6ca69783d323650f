using Infernet.Core.Identity;

namespace Infernet.Core.Tests.Identity;

/// <summary>The vectors are those of RFC 8032, section 7.1.</summary>
[TestFixture]
public sealed class Ed25519Tests
{
    private const string Seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    private const string PublicKey = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

    private static readonly byte[] Signature = Convert.FromHexString(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe"
        + "24655141438e7a100b");

    [TestCase(Seed, PublicKey, "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe"
        + "24655141438e7a100b")]
    [TestCase("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302a"
        + "eeb00d291612bb0c00")]
    [TestCase("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed2"
        + "8dc027beceea1ec40a")]
    public void Sign_Rfc8032Vector_GivesItsKeyAndSignature(
        string seed, string publicKey, string message, string signature)
    {
        byte[] secret = Ed25519.Expand(Convert.FromHexString(seed));
        byte[] text = Convert.FromHexString(message);
        byte[] signed = Ed25519.Sign(secret, text);
        Assert.That(Convert.ToHexStringLower(secret), Is.EqualTo(seed + publicKey));
        Assert.That(Convert.ToHexStringLower(signed), Is.EqualTo(signature));
        Assert.That(Ed25519.Verify(Convert.FromHexString(publicKey), text, signed), Is.True);
    }

    [Test]
    public void Verify_AnyBitOfTheSignatureChanged_Refuses()
    {
        for (int bit = 0; bit < Signature.Length * 8; bit++)
        {
            byte[] changed = [.. Signature];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(Ed25519.Verify(Convert.FromHexString(PublicKey), [], changed), Is.False, $"bit {bit}");
        }
    }

    [Test]
    public void Verify_OtherMessageOrKey_Refuses()
    {
        byte[] key = Convert.FromHexString(PublicKey);
        Assert.That(Ed25519.Verify(key, [0], Signature), Is.False);
        key[0] ^= 1;
        Assert.That(Ed25519.Verify(key, [], Signature), Is.False);
    }

    [TestCase(31, 64)]
    [TestCase(33, 64)]
    [TestCase(0, 64)]
    [TestCase(32, 63)]
    [TestCase(32, 65)]
    [TestCase(32, 0)]
    public void Verify_WrongLengths_Refuses(int keyLength, int signatureLength) =>
        Assert.That(Ed25519.Verify(new byte[keyLength], [], new byte[signatureLength]), Is.False);

    // A key of small order would make one signature fit many messages.
    [Test]
    public void Verify_KeyOfSmallOrder_Refuses() =>
        Assert.That(Ed25519.Verify([1, .. new byte[31]], [], [1, .. new byte[63]]), Is.False);

    [Test]
    public void Expand_WrongLength_Throws() =>
        Assert.That(() => Ed25519.Expand(new byte[31]), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
