using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Infernet.Dht.Keys;

namespace Infernet.Dht.Tests.Keys;

internal sealed class KadKeyTests
{
    [Test]
    public void Of_Preimage_IsItsSha256() =>
        Assert.That(KadKey.Of("infernet"u8).ToBytes(), Is.EqualTo(SHA256.HashData(Encoding.UTF8.GetBytes("infernet"))));

    [Test]
    public void FromBytes_OtherLength_Throws() =>
        Assert.That(() => KadKey.FromBytes(new byte[31]), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void CommonPrefixLength_OneBitDiffers_IsItsPlace([Range(0, 255, 5)] int bit)
    {
        byte[] bytes = RandomBytes(1);
        KadKey key = KadKey.FromBytes(bytes);
        bytes[bit / 8] ^= (byte)(0x80 >> (bit % 8));
        Assert.That(key.CommonPrefixLength(KadKey.FromBytes(bytes)), Is.EqualTo(bit));
    }

    [Test]
    public void CommonPrefixLength_Itself_IsAll()
    {
        KadKey key = KadKey.FromBytes(RandomBytes(1));
        Assert.That(key.CommonPrefixLength(key), Is.EqualTo(KadKey.Bits));
    }

    [Test]
    public void CompareTo_RandomPairs_OrdersAsBigEndianNumbers()
    {
        var random = new Random(7);
        byte[] x = new byte[32];
        byte[] y = new byte[32];
        for (int i = 0; i < 1_000; i++)
        {
            random.NextBytes(x);
            random.NextBytes(y);

            // Long common prefixes reach the lower words too.
            x.AsSpan(0, i % 32).CopyTo(y);
            var expected = new BigInteger(x, isUnsigned: true, isBigEndian: true)
                .CompareTo(new BigInteger(y, isUnsigned: true, isBigEndian: true));
            Assert.That(Math.Sign(KadKey.FromBytes(x).CompareTo(KadKey.FromBytes(y))), Is.EqualTo(expected));
        }
    }

    [Test]
    public void DistanceTo_TwoKeys_IsTheirXor()
    {
        byte[] x = RandomBytes(1);
        byte[] y = RandomBytes(2);
        byte[] xor = [.. x.Zip(y, (a, b) => (byte)(a ^ b))];
        Assert.That(KadKey.FromBytes(x).DistanceTo(KadKey.FromBytes(y)).ToBytes(), Is.EqualTo(xor));
    }

    [Test]
    public void CompareDistance_NearerFirst_IsNegative() =>
        Assert.That(
            TestPeers.Key(0b1000).CompareDistance(TestPeers.Key(0b1001), TestPeers.Key(0b0111)), Is.Negative);

    private static byte[] RandomBytes(int seed)
    {
        byte[] bytes = new byte[32];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
