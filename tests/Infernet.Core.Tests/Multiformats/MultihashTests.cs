using Infernet.Core.Multiformats;

namespace Infernet.Core.Tests.Multiformats;

/// <summary>The vector is from https://github.com/multiformats/multihash, tests/values/test_cases.csv.</summary>
[TestFixture]
public sealed class MultihashTests
{
    private const string EmptySha256 = "1220e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [TestCase("", TestName = "TryParse_Nothing_Refuses")]
    [TestCase("12", TestName = "TryParse_CodeAlone_Refuses")]
    [TestCase("1220", TestName = "TryParse_NoDigest_Refuses")]
    [TestCase("1205e3b0c442", TestName = "TryParse_DigestCutOff_Refuses")]
    [TestCase("1203e3b0c442", TestName = "TryParse_BytesBehind_Refuses")]
    [TestCase("920003e3b0c4", TestName = "TryParse_CodeNotShortest_Refuses")]
    [TestCase("12ffffffffffffffff7f00", TestName = "TryParse_HugeLength_Refuses")]
    [TestCase("128101", TestName = "TryParse_LengthOverLimit_Refuses")]
    public void TryParse_Broken_Refuses(string hex) =>
        Assert.That(Multihash.TryParse(Convert.FromHexString(hex), out _), Is.False);

    [Test]
    public void Of_DigestOverLimit_Throws() =>
        Assert.That(() => Multihash.Of(0x12, new byte[129]), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void Sha256_Vector_IsTheSpecifiedForm()
    {
        var hash = Multihash.Sha256([]);
        Assert.That(Convert.ToHexStringLower(hash.Bytes.Span), Is.EqualTo(EmptySha256));
        Assert.That(hash.Code, Is.EqualTo(Multicodec.Sha256));
        Assert.That(hash.Digest.Length, Is.EqualTo(32));
        Assert.That(Multihash.TryParse(Convert.FromHexString(EmptySha256), out Multihash read), Is.True);
        Assert.That(read, Is.EqualTo(hash));
        Assert.That(read.GetHashCode(), Is.EqualTo(hash.GetHashCode()));
    }

    [Test]
    public void TryRead_BytesBehind_AreLeftAlone()
    {
        byte[] bytes = [.. Convert.FromHexString(EmptySha256), 1, 2, 3];
        Assert.That(Multihash.TryRead(bytes, out _, out int length), Is.True);
        Assert.That(length, Is.EqualTo(34));
    }

    [Test]
    public void Default_Value_IsEmptyAndComparable()
    {
        Multihash nothing = default;
        Assert.That(nothing.Digest.IsEmpty, Is.True);
        Assert.That(nothing == Multihash.Sha256([]), Is.False);
        Assert.That(nothing.ToString(), Is.Empty);
    }
}
