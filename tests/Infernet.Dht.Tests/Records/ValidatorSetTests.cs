using System.Text;
using Infernet.Core.Identity;
using Infernet.Dht.Records;

namespace Infernet.Dht.Tests.Records;

internal sealed class ValidatorSetTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ValidatorSet Set = new(
        new Dictionary<string, IRecordValidator>
        {
            ["infernet"] = new Refusing(),
            ["infernet/node"] = new TestValidator(),
        },
        new RecordLimits { MaxKeyLength = 60, MaxValueLength = 100 });

    [TestCase("/other/key")]
    [TestCase("/infernetnode/key")]
    [TestCase("infernet/node/key")]
    [TestCase("/infernet/")]
    [TestCase("/")]
    [TestCase("")]
    public void Validate_UnknownNamespace_IsRefused(string key)
    {
        RecordVerdict verdict = Set.Validate(Bytes(key), TestValidator.Value(1), Now);
        Assert.That(verdict.Reason, Does.Contain("namespace"));
    }

    [Test]
    public void Validate_KeyTooLong_IsRefused() =>
        Assert.That(
            Set.Validate(Bytes("/infernet/node/" + new string('a', 60)), TestValidator.Value(1), Now).Reason,
            Does.Contain("key has 75 bytes"));

    [Test]
    public void Validate_ValueTooLong_IsRefused() =>
        Assert.That(
            Set.Validate(Bytes("/infernet/node/a"), new byte[101], Now).Reason, Does.Contain("value has 101 bytes"));

    [Test]
    public void Validate_ExpiredByItsOwnWord_IsRefused()
    {
        byte[] expired = TestValidator.Expiring(1, Now);
        Assert.That(Set.Validate(Bytes("/infernet/node/a"), expired, Now).Reason, Does.Contain("expired"));
        Assert.That(Set.Validate(Bytes("/infernet/node/a"), expired, Now.AddSeconds(-1)).IsValid, Is.True);
    }

    [Test]
    public void Validate_TwoNamespacesFit_TheLongerDecides()
    {
        Assert.That(Set.Validate(Bytes("/infernet/node/a"), TestValidator.Value(1), Now).IsValid, Is.True);
        Assert.That(Set.Validate(Bytes("/infernet/else/a"), TestValidator.Value(1), Now).IsValid, Is.False);
    }

    [Test]
    public void PublicKey_OfThePeerInTheKey_IsGood()
    {
        NodeIdentity identity = NodeIdentity.FromSeed(new byte[32]);
        byte[] key = [.. "/pk/"u8, .. identity.Id.Span];
        Assert.That(Set.Validate(key, identity.EncodedPublicKey, Now).IsValid, Is.True);
    }

    [Test]
    public void PublicKey_OfAnother_IsRefused()
    {
        byte[] key = [.. "/pk/"u8, .. NodeIdentity.FromSeed(new byte[32]).Id.Span];
        Assert.That(Set.Validate(key, NodeIdentity.Generate().EncodedPublicKey, Now).IsValid, Is.False);
        Assert.That(Set.Validate(Bytes("/pk/nobody"), new byte[36], Now).IsValid, Is.False);
    }

    [TestCase("/infernet")]
    [TestCase("infernet/")]
    [TestCase("")]
    public void Create_NamespaceWithSlashesAtItsEnds_Throws(string name) =>
        Assert.That(
            () => new ValidatorSet(
                new Dictionary<string, IRecordValidator> { [name] = new TestValidator() }, new RecordLimits()),
            Throws.ArgumentException);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private sealed class Refusing : IRecordValidator
    {
        public RecordVerdict Validate(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, DateTimeOffset now) =>
            RecordVerdict.Invalid("nothing is good");

        public int Select(ReadOnlyMemory<byte> key, IReadOnlyList<ReadOnlyMemory<byte>> values) => 0;
    }
}
