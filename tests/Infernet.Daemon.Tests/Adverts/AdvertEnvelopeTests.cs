using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Adverts;

namespace Infernet.Daemon.Tests.Adverts;

public class AdvertEnvelopeTests
{
    private static readonly NodeIdentity Identity = NodeIdentity.Generate();

    private static IEnumerable<TestCaseData> Broken()
    {
        yield return Case("Expired", "expired", a => a.ExpiresUnixMs = TestAdverts.Now.ToUnixTimeMilliseconds());
        yield return Case("TooLongAlive", "later", a => a.ExpiresUnixMs = TestAdverts.Now.AddDays(2).ToUnixTimeMilliseconds());
        yield return Case("TooManyAddresses", "addresses", a => Repeat(17, () => a.Addresses.Add(a.Addresses[0])));
        yield return Case("TooManyModels", "models", a => Repeat(129, () => a.Models.Add(new ServedModel())));
        yield return Case("TooManyGpus", "GPUs", a => Repeat(65, () => a.Hardware.Gpus.Add(new Gpu())));
        yield return Case("TooManyEngines", "engines", a => Repeat(17, () => a.Engines.Add("x")));
        yield return Case("TooManySlots", "slots", a => a.TotalSlots = 1_000_000);
        yield return Case("MoreFreeThanTotal", "free slots", a => a.FreeSlots = a.TotalSlots + 1);
        yield return Case("NoHardware", "hardware", a => a.Hardware = null);
        yield return Case("LongText", "too long", a => a.Hardware.Cpu = new string('x', 257));
        yield return Case("BrokenCid", "CID", a => a.Models[0].Root = ByteString.CopyFromUtf8("no cid"));
        yield return Case("RepeatedModel", "repeated", a => a.Models.Add(a.Models[0].Clone()));
        yield return Case("InfiniteSpeed", "figures", a => a.Models[0].DecodeTokensPerSecond = double.PositiveInfinity);
        yield return Case("NegativeSpeed", "figures", a => a.Models[0].PrefillTokensPerSecond = -1);
        yield return Case("NoContext", "figures", a => a.Models[0].ContextLength = 0);
    }

    [TestCaseSource(nameof(Broken))]
    public void Advert_OutOfItsLimits_IsRefusedWithTheReason(string reason, Action<Advert> change)
    {
        byte[] envelope = TestAdverts.Sealed(Identity, change);

        Assert.That(AdvertEnvelope.TryOpen(envelope, TestAdverts.Now, out _, out string problem), Is.False);
        Assert.That(problem, Does.Contain(reason));
    }

    [Test]
    public void Advert_OfAnotherPeer_IsRefused()
    {
        NodeIdentity other = NodeIdentity.Generate();
        byte[] envelope = AdvertEnvelope.Seal(other, TestAdverts.Contents(Identity));

        Assert.That(AdvertEnvelope.TryOpen(envelope, TestAdverts.Now, out _, out string problem), Is.False);
        Assert.That(problem, Does.Contain(other.Id.ToString()));
    }

    [Test]
    public void Advert_OverTheSize_IsRefusedUnread()
    {
        byte[] envelope = new byte[AdvertLimits.MaxEnvelopeLength + 1];

        Assert.That(AdvertEnvelope.TryOpen(envelope, TestAdverts.Now, out _, out string problem), Is.False);
        Assert.That(problem, Does.Contain(AdvertLimits.MaxEnvelopeLength.ToString()));
    }

    [Test]
    public void Advert_WithAnyBitFlipped_IsRefusedOrUnchanged()
    {
        byte[] envelope = TestAdverts.Sealed(Identity);
        VerifiedAdvert whole = TestAdverts.Opened(Identity);
        for (int bit = 0; bit < envelope.Length * 8; bit++)
        {
            envelope[bit / 8] ^= (byte)(1 << (bit % 8));
            if (AdvertEnvelope.TryOpen(envelope, TestAdverts.Now, out VerifiedAdvert advert, out _))
            {
                // A flip in an unknown field's number may leave the signed part as it was.
                Assert.That(advert.Contents, Is.EqualTo(whole.Contents), $"bit {bit}");
            }

            envelope[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Test]
    public void Advert_WithAnAddressNobodyKnows_KeepsTheOthers()
    {
        VerifiedAdvert advert = TestAdverts.Opened(
            Identity, a => a.Addresses.Add(ByteString.CopyFrom(0xff, 0xff, 0x03)));

        Assert.That(advert.Addresses, Has.Count.EqualTo(1));
    }

    [Test]
    public void Advert_Whole_IsOpened()
    {
        VerifiedAdvert advert = TestAdverts.Opened(Identity);

        Assert.That(advert.Peer, Is.EqualTo(Identity.Id));
        Assert.That(advert.Models[TestAdverts.ModelRoot].Name, Is.EqualTo("tiny"));
        Assert.That(advert.Addresses[0].ToString(), Is.EqualTo("/ip4/192.0.2.1/tcp/4001"));
    }

    private static TestCaseData Case(string name, string reason, Action<Advert> change) =>
        new TestCaseData(reason, change).SetArgDisplayNames(name);

    private static void Repeat(int times, Action action)
    {
        for (int i = 0; i < times; i++)
        {
            action();
        }
    }
}
