using Infernet.Core.Multiformats;

namespace Infernet.Core.Tests.Multiformats;

/// <summary>The vectors are those of draft-msporny-base58, section 5.</summary>
[TestFixture]
public sealed class Base58Tests
{
    [TestCase("0")]
    [TestCase("O")]
    [TestCase("I")]
    [TestCase("l")]
    [TestCase(" 2")]
    [TestCase("2\u00e9")]
    public void TryDecode_NoDigit_Refuses(string text) => Assert.That(Base58.TryDecode(text, out _), Is.False);

    [Test]
    public void TryDecode_Overlong_Refuses() => Assert.That(Base58.TryDecode(new string('1', 1025), out _), Is.False);

    [Test]
    public void Encode_Overlong_Throws() =>
        Assert.That(() => Base58.Encode(new byte[1025]), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [TestCase("", "")]
    [TestCase("48656c6c6f20576f726c6421", "2NEpo7TZRRrLZSi2U")]
    [TestCase("54686520717569636b2062726f776e20666f78206a756d7073206f76657220746865206c617a7920646f672e",
        "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z")]
    [TestCase("0000287fb4cd", "11233QC4")]
    public void Encode_Vector_GivesItsTextAndReadsBack(string hex, string text)
    {
        Assert.That(Base58.Encode(Convert.FromHexString(hex)), Is.EqualTo(text));
        Assert.That(Base58.TryDecode(text, out byte[] bytes), Is.True);
        Assert.That(Convert.ToHexStringLower(bytes), Is.EqualTo(hex));
    }
}
