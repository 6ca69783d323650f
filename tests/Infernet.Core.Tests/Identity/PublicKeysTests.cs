using Infernet.Core.Identity;

namespace Infernet.Core.Tests.Identity;

[TestFixture]
public sealed class PublicKeysTests
{
    private const string Key = "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";

    [TestCase("", TestName = "TryDecode_Nothing_Refuses")]
    [TestCase("0801", TestName = "TryDecode_NoData_Refuses")]
    [TestCase("1220" + Key, TestName = "TryDecode_NoType_Refuses")]
    [TestCase("08021220" + Key, TestName = "TryDecode_OtherType_Refuses")]
    [TestCase("08011220" + "1ed1", TestName = "TryDecode_CutOff_Refuses")]
    [TestCase("08011202" + "1ed1", TestName = "TryDecode_ShortKey_Refuses")]
    [TestCase("08011221" + Key + "00", TestName = "TryDecode_LongKey_Refuses")]
    public void TryDecodeEd25519_Broken_Refuses(string hex) =>
        Assert.That(PublicKeys.TryDecodeEd25519(Convert.FromHexString(hex), out _), Is.False);

    [Test]
    public void TryDecodeEd25519_Overlong_Refuses()
    {
        byte[] padded = [.. Convert.FromHexString("08011220" + Key), 0x1a, 0x80, 0x08, .. new byte[1024]];
        Assert.That(PublicKeys.TryDecodeEd25519(padded, out _), Is.False);
    }

    [Test]
    public void EncodeEd25519_SpecificationVector_IsItsForm()
    {
        byte[] encoded = PublicKeys.EncodeEd25519(Convert.FromHexString(Key));
        Assert.That(Convert.ToHexStringLower(encoded), Is.EqualTo("08011220" + Key));
        Assert.That(PublicKeys.TryDecodeEd25519(encoded, out byte[] decoded), Is.True);
        Assert.That(Convert.ToHexStringLower(decoded), Is.EqualTo(Key));
    }

    [Test]
    public void TryDecodeEd25519_AnyBytes_NeverThrows()
    {
        var random = new Random(17);
        for (int i = 0; i < 10_000; i++)
        {
            byte[] bytes = [.. Convert.FromHexString("08011220" + Key)];
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            bytes[random.Next(4)] = (byte)random.Next(256);
            Array.Resize(ref bytes, random.Next(bytes.Length + 4));
            Assert.That(() => PublicKeys.TryDecodeEd25519(bytes, out _), Throws.Nothing);
        }
    }
}
