using Infernet.Core.Multiformats;

namespace Infernet.Core.Tests.Multiformats;

/// <summary>The texts are examples of https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md.</summary>
[TestFixture]
public sealed class CidTests
{
    private const string V0 = "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N";
    private const string V0AsV1 = "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe";
    private const string RawEmpty = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";

    [TestCase("", TestName = "TryParse_Nothing_Refuses")]
    [TestCase("b", TestName = "TryParse_PrefixAlone_Refuses")]
    [TestCase("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5", TestName = "TryParse_V0CutOff_Refuses")]
    [TestCase("zQmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N", TestName = "TryParse_V0InMultibase_Refuses")]
    [TestCase("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyk", TestName = "TryParse_V1CutOff_Refuses")]
    [TestCase("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku7", TestName = "TryParse_V1TooLong_Refuses")]
    [TestCase("https://example.org", TestName = "TryParse_Url_Refuses")]
    public void TryParse_Broken_Refuses(string text) => Assert.That(Cid.TryParse(text, out _), Is.False);

    [TestCase("00551220", TestName = "TryParse_BinaryVersionZero_Refuses")]
    [TestCase("0255030102", TestName = "TryParse_BinaryVersionTwo_Refuses")]
    [TestCase("01", TestName = "TryParse_BinaryVersionAlone_Refuses")]
    [TestCase("0155", TestName = "TryParse_BinaryNoHash_Refuses")]
    [TestCase("1220e3b0", TestName = "TryParse_BinaryV0CutOff_Refuses")]
    public void TryParse_BrokenBinary_Refuses(string hex) =>
        Assert.That(Cid.TryParse(Convert.FromHexString(hex), out _), Is.False);

    [Test]
    public void Parse_Broken_SaysWhatACidLooksLike() =>
        Assert.That(() => Cid.Parse("nonsense"), Throws.TypeOf<FormatException>().With.Message.Contains("bafkrei"));

    [TestCase(V0, 0, Multicodec.DagPb)]
    [TestCase(V0AsV1, 1, Multicodec.Libp2pKey)]
    [TestCase(RawEmpty, 1, Multicodec.Raw)]
    public void Parse_Text_ReadsBackInBothForms(string text, int version, ulong codec)
    {
        var cid = Cid.Parse(text);
        Assert.That((cid.Version, cid.Codec), Is.EqualTo((version, codec)));
        Assert.That(cid.ToString(), Is.EqualTo(text));
        Assert.That(Cid.TryParse(cid.ToBytes(), out Cid again), Is.True);
        Assert.That(again, Is.EqualTo(cid));
    }

    [Test]
    public void Parse_VersionsOfOneHash_ShareItButDiffer()
    {
        Assert.That(Cid.Parse(V0).Hash, Is.EqualTo(Cid.Parse(V0AsV1).Hash));
        Assert.That(Cid.Parse(V0), Is.Not.EqualTo(Cid.Parse(V0AsV1)));
    }

    [Test]
    public void OfRaw_Nothing_IsTheKnownCid() => Assert.That(Cid.OfRaw([]).ToString(), Is.EqualTo(RawEmpty));

    [Test]
    public void Default_Value_IsEmpty()
    {
        Assert.That(default(Cid).IsEmpty, Is.True);
        Assert.That(default(Cid).ToString(), Is.Empty);
        Assert.That(default(Cid) == Cid.OfRaw([]), Is.False);
    }

    [Test]
    public void TryParse_AnyBytes_NeverThrowsAndReadsBack()
    {
        var random = new Random(14);
        byte[] whole = Cid.OfRaw([1, 2, 3]).ToBytes();
        for (int i = 0; i < 5_000; i++)
        {
            byte[] bytes = [.. whole];
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            Array.Resize(ref bytes, random.Next(bytes.Length + 4));
            if (Cid.TryParse(bytes, out Cid cid))
            {
                Assert.That(cid.ToBytes(), Is.EqualTo(bytes));
            }
        }
    }
}
