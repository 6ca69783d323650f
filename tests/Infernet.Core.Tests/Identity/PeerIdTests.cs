using Infernet.Core.Identity;

namespace Infernet.Core.Tests.Identity;

/// <summary>The vectors are those of https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md.</summary>
[TestFixture]
public sealed class PeerIdTests
{
    private const string Ed25519Key = "080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";
    private const string Secp256k1Key = "08021221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99";
    private const string EcdsaKey =
        "0803125b3059301306072a8648ce3d020106082a8648ce3d03010703420004de3d300fa36ae0e8f5d530899d83abab44abf3161f162a4b"
        + "c901d8e6ecda020e8b6d5f8da30525e71d6851510c098e5c47c646a597fb4dcec034e9f77c409e62";

    [TestCase("", TestName = "TryParse_Nothing_Refuses")]
    [TestCase("12D3KooW", TestName = "TryParse_CutOff_Refuses")]
    [TestCase("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5", TestName = "TryParse_Sha256CutOff_Refuses")]
    [TestCase("1", TestName = "TryParse_ZeroByte_Refuses")]
    [TestCase("0D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA", TestName = "TryParse_NoBase58_Refuses")]
    [TestCase("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku", TestName = "TryParse_RawCid_Refuses")]
    public void TryParse_Broken_Refuses(string text) => Assert.That(PeerId.TryParse(text, out _), Is.False);

    [TestCase("00", TestName = "TryParse_NoLength_Refuses")]
    [TestCase("0000", TestName = "TryParse_EmptyIdentity_Refuses")]
    [TestCase("1203010203", TestName = "TryParse_ShortSha256_Refuses")]
    [TestCase("1114da39a3ee5e6b4b0d3255bfef95601890afd80709", TestName = "TryParse_Sha1_Refuses")]
    public void TryParse_BrokenBinary_Refuses(string hex) =>
        Assert.That(PeerId.TryParse(Convert.FromHexString(hex), out _), Is.False);

    [Test]
    public void TryParse_InlineKeyOverLimit_Refuses() =>
        Assert.That(PeerId.TryParse([0x00, 43, .. new byte[43]], out _), Is.False);

    [Test]
    public void Parse_Broken_SaysWhatAnIdLooksLike() =>
        Assert.That(() => PeerId.Parse("nobody"), Throws.TypeOf<FormatException>().With.Message.Contains("12D3KooW"));

    [TestCase("12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA")]
    [TestCase("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N")]
    public void Parse_Base58_ReadsBack(string text)
    {
        var id = PeerId.Parse(text);
        Assert.That(id.ToString(), Is.EqualTo(text));
        Assert.That(PeerId.TryParse(id.Span, out PeerId read), Is.True);
        Assert.That(read, Is.EqualTo(id));
        Assert.That(read.GetHashCode(), Is.EqualTo(id.GetHashCode()));
    }

    [Test]
    public void Parse_Cid_IsTheSameIdAsItsBase58Form() => Assert.That(
        PeerId.Parse("bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe"),
        Is.EqualTo(PeerId.Parse("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N")));

    [TestCase(Ed25519Key, "0024", TestName = "FromPublicKey_Ed25519_CarriesTheKey")]
    [TestCase(Secp256k1Key, "0025", TestName = "FromPublicKey_Secp256k1_CarriesTheKey")]
    [TestCase(EcdsaKey, "1220", TestName = "FromPublicKey_LongKey_IsItsHash")]
    public void FromPublicKey_Vector_ChoosesTheForm(string key, string head)
    {
        var id = PeerId.FromPublicKey(Convert.FromHexString(key));
        Assert.That(Convert.ToHexStringLower(id.Span), Does.StartWith(head));
        Assert.That(PeerId.TryParse(id.Span, out _), Is.True);
    }

    [Test]
    public void TryGetEd25519_IdOfSuchAKey_GivesTheKey()
    {
        byte[] key = Convert.FromHexString(Ed25519Key)[4..];
        var id = PeerId.FromEd25519(key);
        Assert.That(id.TryGetEd25519(out byte[] got), Is.True);
        Assert.That(got, Is.EqualTo(key));
    }

    [TestCase(Secp256k1Key)]
    [TestCase(EcdsaKey)]
    public void TryGetEd25519_IdOfAnotherKey_Refuses(string key) =>
        Assert.That(PeerId.FromPublicKey(Convert.FromHexString(key)).TryGetEd25519(out _), Is.False);

    // The shortest id that is accepted once was too short for the hash code.
    [Test]
    public void GetHashCode_ShortestId_Works()
    {
        Assert.That(PeerId.TryParse([0x00, 0x01, 0x42], out PeerId id), Is.True);
        Assert.That(new HashSet<PeerId> { id }, Does.Contain(id));
    }

    [Test]
    public void TryParse_AnyBytes_NeverThrowsAndReadsBack()
    {
        var random = new Random(16);
        byte[] whole = PeerId.FromPublicKey(Convert.FromHexString(Ed25519Key)).ToBytes();
        for (int i = 0; i < 10_000; i++)
        {
            byte[] bytes = [.. whole];
            bytes[random.Next(6)] = (byte)random.Next(256);
            Array.Resize(ref bytes, random.Next(bytes.Length + 8));
            if (PeerId.TryParse(bytes, out PeerId id))
            {
                Assert.That(PeerId.Parse(id.ToString()), Is.EqualTo(id));
                _ = (id.GetHashCode(), id.ToShortString(), id.TryGetEd25519(out _));
            }
        }
    }
}
