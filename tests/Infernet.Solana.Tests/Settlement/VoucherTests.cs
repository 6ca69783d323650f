using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Solana.Tests.Settlement;

public class VoucherTests
{
    private static readonly Address Channel = new([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    [Test]
    public void Encode_Voucher_GivesTheFiftyBytesOfTheSchemeAndBack()
    {
        var voucher = new Voucher(Channel, 0x0807060504030201, 5);
        byte[] bytes = voucher.Encode();
        Assert.That(
            Convert.ToHexStringLower(bytes),
            Is.EqualTo("5601" + Convert.ToHexStringLower(Channel.Span) + "0102030405060708" + "0500000000000000"));
        Assert.That(Voucher.TryDecode(bytes, out Voucher read));
        Assert.That(read, Is.EqualTo(voucher));
    }

    [TestCase(49)]
    [TestCase(51)]
    [TestCase(0)]
    public void TryDecode_OtherLength_IsRefused(int length)
    {
        byte[] bytes = new byte[length];
        new Voucher(Channel, 1, 0).Encode().AsSpan(0, Math.Min(length, 50)).CopyTo(bytes);
        Assert.That(Voucher.TryDecode(bytes, out _), Is.False);
    }

    [TestCase(0)]
    [TestCase(1)]
    public void TryDecode_OtherKindOrVersion_IsRefused(int at)
    {
        byte[] bytes = new Voucher(Channel, 1, 0).Encode();
        bytes[at]++;
        Assert.That(Voucher.TryDecode(bytes, out _), Is.False);
    }

    [Test]
    public void IsSignedBy_OtherKeyAmountOrChannel_IsFalse()
    {
        var key = SolanaKey.FromSeed(new byte[32]);
        var voucher = new Voucher(Channel, 100, 0);
        byte[] signature = voucher.Sign(key);
        Assert.That(voucher.IsSignedBy(key.Address, signature));
        Assert.That(voucher.IsSignedBy(Channel, signature), Is.False);
        Assert.That((voucher with { Cumulative = 101 }).IsSignedBy(key.Address, signature), Is.False);
        Assert.That((voucher with { Channel = key.Address }).IsSignedBy(key.Address, signature), Is.False);
        Assert.That((voucher with { ExpiresAt = 1 }).IsSignedBy(key.Address, signature), Is.False);
        Assert.That(voucher.IsSignedBy(key.Address, signature.AsSpan(1)), Is.False);
    }
}
