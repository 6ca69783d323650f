using System.Security.Cryptography;
using System.Text;
using Infernet.Core.Multiformats;
using Infernet.Dht.Providers;

namespace Infernet.Dht.Tests.Providers;

internal sealed class ProviderKeyTests
{
    private static readonly Cid Root = Cid.OfRaw("model"u8);

    [Test]
    public void Model_RootKey_IsTheSha256OfItsName()
    {
        byte[] expected = SHA256.HashData(Encoding.UTF8.GetBytes($"infernet:model:{Root}"));
        Assert.That(ProviderKeys.Model(Root).Root.Digest.ToArray(), Is.EqualTo(expected));
    }

    [Test]
    public void Capability_Case_DoesNotMatter() =>
        Assert.That(
            ProviderKeys.Capability("Engine", "Docker"), Is.EqualTo(ProviderKeys.Capability("engine", "docker")));

    [Test]
    public void Names_OfDifferentKinds_HaveDifferentKeys() =>
        Assert.That(ProviderKeys.Model(Root).Root, Is.Not.EqualTo(ProviderKeys.Content(Root).Root));

    [Test]
    public void Bucket_AllLevels_AreAllDifferentKeys()
    {
        ProviderKey key = ProviderKeys.Model(Root);
        Multihash[] all =
        [
            .. Enumerable.Range(0, ProviderKey.MaxLevel + 1).SelectMany(level =>
                Enumerable.Range(0, ProviderKey.BucketCount(level)).Select(i => key.Bucket(level, i))),
        ];
        Assert.That(all, Has.Length.EqualTo(1 + 4 + 16 + 64 + 256).And.Unique);
    }

    [Test]
    public void BucketOf_ManyPeers_UsesEveryBucketEvenly()
    {
        var random = new Random(2);
        int[] counts = new int[ProviderKey.BucketCount(2)];
        for (int i = 0; i < 16_000; i++)
        {
            counts[ProviderKey.BucketOf(TestPeers.Random(random).Id, 2)]++;
        }

        Assert.That(counts, Is.All.InRange(800, 1_200));
    }

    [Test]
    public void Bucket_OutsideTheLevel_Throws()
    {
        ProviderKey key = ProviderKeys.Model(Root);
        Assert.That(() => key.Bucket(1, 4), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => key.Bucket(ProviderKey.MaxLevel + 1, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => key.Bucket(0, -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
