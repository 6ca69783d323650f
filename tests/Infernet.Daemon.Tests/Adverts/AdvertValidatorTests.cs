using System.Text;
using Infernet.Core.Identity;
using Infernet.Daemon.Adverts;

namespace Infernet.Daemon.Tests.Adverts;

public class AdvertValidatorTests
{
    private static readonly NodeIdentity Identity = NodeIdentity.Generate();
    private readonly AdvertValidator _validator = new();

    [Test]
    public void Record_UnderItsPeersKey_IsGoodUntilItExpires()
    {
        var verdict = _validator.Validate(Key(Identity), TestAdverts.Sealed(Identity), TestAdverts.Now);

        Assert.That(verdict.IsValid, Is.True, verdict.Reason);
        Assert.That(verdict.Expires, Is.EqualTo(TestAdverts.Now.AddMinutes(10)));
    }

    [Test]
    public void Record_UnderAnotherPeersKey_IsBad()
    {
        var verdict = _validator.Validate(
            Key(NodeIdentity.Generate()), TestAdverts.Sealed(Identity), TestAdverts.Now);

        Assert.That(verdict.IsValid, Is.False);
    }

    [Test]
    public void Record_OfRandomBytes_IsBad()
    {
        var random = new Random(7);
        byte[] bytes = new byte[300];
        for (int i = 0; i < 500; i++)
        {
            random.NextBytes(bytes);
            Assert.That(_validator.Validate(Key(Identity), bytes, TestAdverts.Now).IsValid, Is.False);
        }
    }

    [Test]
    public void Select_AmongSeveral_TakesTheHighestSequenceWhateverTheOrder()
    {
        ReadOnlyMemory<byte>[] values =
            [.. new ulong[] { 3, 9, 4 }.Select(n => (ReadOnlyMemory<byte>)TestAdverts.Sealed(Identity, a => a.Sequence = n))];

        Assert.That(_validator.Select(Key(Identity), values), Is.EqualTo(1));
        Array.Reverse(values);
        Assert.That(_validator.Select(Key(Identity), values), Is.EqualTo(1));
        Assert.That(_validator.Select(Key(Identity), [values[0], values[2], values[1]]), Is.EqualTo(2));
    }

    private static byte[] Key(NodeIdentity identity) => Encoding.UTF8.GetBytes(AdvertValidator.Key(identity.Id));
}
