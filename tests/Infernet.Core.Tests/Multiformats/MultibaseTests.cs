using System.Text;
using Infernet.Core.Multiformats;

namespace Infernet.Core.Tests.Multiformats;

/// <summary>The vectors are rows of https://github.com/multiformats/multibase/tree/master/tests.</summary>
[TestFixture]
public sealed class MultibaseTests
{
    private const string Text = "yes mani !";

    [TestCase("", TestName = "TryDecode_Nothing_Refuses")]
    [TestCase("9573277761329450583662625", TestName = "TryDecode_BaseUnknownHere_Refuses")]
    [TestCase("z7paNL19xttacU0", TestName = "TryDecode_Base58WithZero_Refuses")]
    [TestCase("z7paNL19xttacUé", TestName = "TryDecode_Base58OutsideAscii_Refuses")]
    [TestCase("bpfsxgidnmfxgsib1", TestName = "TryDecode_Base32WithOne_Refuses")]
    [TestCase("bpfsxgidnmfxgsibb=", TestName = "TryDecode_Base32Padded_Refuses")]
    [TestCase("bab", TestName = "TryDecode_Base32TrailingBitsSet_Refuses")]
    [TestCase("baaa", TestName = "TryDecode_Base32SpareDigit_Refuses")]
    [TestCase("f796", TestName = "TryDecode_HexOddLength_Refuses")]
    [TestCase("f79zz", TestName = "TryDecode_HexNoDigit_Refuses")]
    [TestCase("k2lcpzo5yikidyn-l", TestName = "TryDecode_Base36NoDigit_Refuses")]
    [TestCase("ueWVzIG1hbmkgIQ==", TestName = "TryDecode_Base64UrlPadded_Refuses")]
    [TestCase("ueWVz IG1hbmkgIQ", TestName = "TryDecode_Base64UrlWithSpace_Refuses")]
    [TestCase("ueB", TestName = "TryDecode_Base64UrlTrailingBitsSet_Refuses")]
    [TestCase("ue+Vz", TestName = "TryDecode_Base64UrlWithPlus_Refuses")]
    public void TryDecode_Broken_Refuses(string text) => Assert.That(Multibase.TryDecode(text, out _), Is.False);

    [Test]
    public void TryDecode_Overlong_Refuses() =>
        Assert.That(Multibase.TryDecode("z" + new string('2', 1024), out _), Is.False);

    [TestCase("f796573206d616e692021", Text)]
    [TestCase("F796573206D616E692021", Text)]
    [TestCase("bpfsxgidnmfxgsibb", Text)]
    [TestCase("BPFSXGIDNMFXGSIBB", Text)]
    [TestCase("k2lcpzo5yikidynfl", Text)]
    [TestCase("K2LCPZO5YIKIDYNFL", Text)]
    [TestCase("z7paNL19xttacUY", Text)]
    [TestCase("ueWVzIG1hbmkgIQ", Text)]
    [TestCase("f00796573206d616e692021", "\0" + Text)]
    [TestCase("bab4wk4zanvqw42jaee", "\0" + Text)]
    [TestCase("k02lcpzo5yikidynfl", "\0" + Text)]
    [TestCase("z17paNL19xttacUY", "\0" + Text)]
    [TestCase("uAHllcyBtYW5pICE", "\0" + Text)]
    [TestCase("baaahszltebwwc3tjeaqq", "\0\0" + Text)]
    [TestCase("k002lcpzo5yikidynfl", "\0\0" + Text)]
    [TestCase("z117paNL19xttacUY", "\0\0" + Text)]
    [TestCase("uAAB5ZXMgbWFuaSAh", "\0\0" + Text)]
    [TestCase("f68656c6c6f20776F726C64", "hello world")]
    [TestCase("bnbswy3dpeB3W64TMMQ", "hello world")]
    [TestCase("Bnbswy3dpeB3W64TMMQ", "hello world")]
    [TestCase("kfUvrsIvVnfRbjWaJo", "hello world")]
    public void TryDecode_Vector_GivesItsBytes(string encoded, string expected)
    {
        Assert.That(Multibase.TryDecode(encoded, out byte[] bytes), Is.True);
        Assert.That(Encoding.ASCII.GetString(bytes), Is.EqualTo(expected));
    }

    [TestCase(Text, "bpfsxgidnmfxgsibb", "z7paNL19xttacUY", "ueWVzIG1hbmkgIQ")]
    [TestCase("\0" + Text, "bab4wk4zanvqw42jaee", "z17paNL19xttacUY", "uAHllcyBtYW5pICE")]
    [TestCase("\0\0" + Text, "baaahszltebwwc3tjeaqq", "z117paNL19xttacUY", "uAAB5ZXMgbWFuaSAh")]
    public void Encode_Vector_GivesItsText(string text, string base32, string base58, string base64)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        Assert.That(Multibase.EncodeBase32(bytes), Is.EqualTo(base32));
        Assert.That(Multibase.EncodeBase58(bytes), Is.EqualTo(base58));
        Assert.That(Multibase.EncodeBase64Url(bytes), Is.EqualTo(base64));
    }

    [Test]
    public void Encode_AnyBytes_DecodesToTheSame()
    {
        var random = new Random(12);
        for (int i = 0; i < 500; i++)
        {
            byte[] bytes = new byte[random.Next(80)];
            random.NextBytes(bytes);
            bytes.AsSpan(0, random.Next(bytes.Length + 1) / 8).Clear();
            foreach (string text in (string[])[
                Multibase.EncodeBase32(bytes), Multibase.EncodeBase58(bytes), Multibase.EncodeBase64Url(bytes)])
            {
                Assert.That(Multibase.TryDecode(text, out byte[] decoded), Is.True, text);
                Assert.That(decoded, Is.EqualTo(bytes), text);
            }
        }
    }

    [Test]
    public void TryDecode_AnyText_NeverThrows()
    {
        var random = new Random(13);
        const string prefixes = "bBkKzfFu9m";
        for (int i = 0; i < 5_000; i++)
        {
            char[] text = new char[random.Next(1, 40)];
            for (int at = 0; at < text.Length; at++)
            {
                text[at] = (char)random.Next(0x20, random.Next(8) == 0 ? 0x3000 : 0x7f);
            }

            text[0] = prefixes[random.Next(prefixes.Length)];
            Assert.That(() => Multibase.TryDecode(text, out _), Throws.Nothing);
        }
    }
}
