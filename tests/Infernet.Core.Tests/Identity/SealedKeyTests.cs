using System.Buffers.Binary;
using Infernet.Core.Identity;

namespace Infernet.Core.Tests.Identity;

[TestFixture]
public sealed class SealedKeyTests
{
    private static readonly Argon2idCost Cheap = new(Passes: 1, MemoryKiB: 8);
    private static readonly byte[] Key = [.. Enumerable.Range(0, PrivateKeys.EncodedLength).Select(i => (byte)i)];

    [Test]
    public void TryOpen_AnyByteChanged_Refuses()
    {
        byte[] file = SealedKey.Seal(Key, "secret", Cheap);
        for (int at = 0; at < file.Length; at++)
        {
            byte[] changed = [.. file];
            changed[at] ^= 0x01;
            Assert.That(SealedKey.TryOpen(changed, "secret", out _, out _), Is.False, $"byte {at}");
        }
    }

    [Test]
    public void TryOpen_UnknownVersion_SaysBroken()
    {
        byte[] file = SealedKey.Seal(Key, "secret", Cheap);
        file[8] = 2;
        Assert.That(SealedKey.TryOpen(file, "secret", out _, out KeyFileProblem problem), Is.False);
        Assert.That(problem, Is.EqualTo(KeyFileProblem.Broken));
    }

    [TestCase(0u, 8u)]
    [TestCase(65u, 8u)]
    [TestCase(1u, 7u)]
    [TestCase(1u, uint.MaxValue)]
    public void TryOpen_CostOutsideLimits_RefusesBeforeSpendingIt(uint passes, uint memory)
    {
        byte[] file = SealedKey.Seal(Key, "secret", Cheap);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(9), passes);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(13), memory);
        Assert.That(SealedKey.TryOpen(file, "secret", out _, out KeyFileProblem problem), Is.False);
        Assert.That(problem, Is.EqualTo(KeyFileProblem.Broken));
    }

    [Test]
    public void Seal_Twice_GivesDifferentFiles()
    {
        byte[] first = SealedKey.Seal(Key, "secret", Cheap);
        byte[] second = SealedKey.Seal(Key, "secret", Cheap);
        Assert.That(first[SealedKey.HeaderLength..], Is.Not.EqualTo(second[SealedKey.HeaderLength..]));
    }

    [Test]
    public void TryOpen_SamePassphrase_GivesTheKey()
    {
        byte[] file = SealedKey.Seal(Key, "secret", Cheap);
        Assert.That(SealedKey.TryOpen(file, "secret", out byte[] key, out _), Is.True);
        Assert.That(key, Is.EqualTo(Key));
    }

    [Test]
    public void TryOpen_AnyBytes_NeverThrows()
    {
        var random = new Random(20_260);
        byte[] whole = SealedKey.Seal(Key, "secret", Cheap);
        for (int i = 0; i < 2_000; i++)
        {
            byte[] file = new byte[random.Next(SealedKey.Length + 8)];
            random.NextBytes(file);
            whole.AsSpan(0, Math.Min(random.Next(SealedKey.HeaderLength), file.Length)).CopyTo(file);
            Assert.That(SealedKey.TryOpen(file, "secret", out _, out _), Is.False);
        }
    }
}
