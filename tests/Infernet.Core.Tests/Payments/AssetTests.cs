using System.Security.Cryptography;
using Google.Protobuf;
using Infernet.Core.Payments;

namespace Infernet.Core.Tests.Payments;

[TestFixture]
public sealed class AssetTests
{
    private static readonly byte[] Mint = SHA256.HashData("a mint"u8);

    [Test]
    public void Mint_OfAnotherLengthOrDecimalsOutOfRange_IsRefused()
    {
        Assert.That(() => Asset.Of(new byte[31], 6), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Asset.Of(Mint, -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Asset.Of(Mint, 20), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(Asset.TryNormalize(ByteString.CopyFrom(new byte[31]), out _), Is.False);
    }

    [Test]
    public void Zeros_AreLamports()
    {
        Assert.That(Asset.Of(new byte[32], 6), Is.SameAs(Asset.Sol));
        Assert.That(Asset.Sol.Is(ByteString.CopyFrom(new byte[32])), Is.True);
        Assert.That(Asset.Sol.Is(ByteString.Empty), Is.True);
        Assert.That(Asset.Sol.MintBytes, Is.EqualTo(new byte[32]));
    }

    [Test]
    public void Mints_CompareByTheirBytes()
    {
        Asset token = Asset.Of(Mint, 6);

        Assert.That(token, Is.EqualTo(Asset.Of(Mint, 6)));
        Assert.That(token.Is(ByteString.CopyFrom(Mint)), Is.True);
        Assert.That(token.Is(ByteString.Empty), Is.False);
        Assert.That(token.Is(ByteString.CopyFrom(Mint, 0, 31)), Is.False);
    }
}
