using System.Buffers.Binary;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;

namespace Infernet.Solana.Tests.Programs;

public class Ed25519ProgramTests
{
    [Test]
    public void Verify_ThreeSignatures_PointsIntoItself()
    {
        byte[] message = [1, 2, 3, 4, 5];
        SolanaKey[] keys = [.. Enumerable.Range(1, 3).Select(i => SolanaKey.FromSeed([.. Enumerable.Repeat((byte)i, 32)]))];
        byte[] data = Ed25519Program.Verify(
            message, [.. keys.Select(k => new Ed25519Signature(k.Address, k.Sign(message)))]).Data.ToArray();
        Assert.That(data[0], Is.EqualTo(3));
        for (int i = 0; i < 3; i++)
        {
            int[] fields = [.. Enumerable.Range(0, 7).Select(n => (int)BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(2 + (14 * i) + (2 * n))))];
            Assert.That(data[fields[0]..(fields[0] + 64)], Is.EqualTo(keys[i].Sign(message)));
            Assert.That(data[fields[2]..(fields[2] + 32)], Is.EqualTo(keys[i].Address.ToArray()));
            Assert.That(data[fields[4]..(fields[4] + fields[5])], Is.EqualTo(message));
            Assert.That(new[] { fields[1], fields[3], fields[6] }, Is.All.EqualTo(0xffff));
        }
    }

    [Test]
    public void Verify_NoSignature_IsRefused() =>
        Assert.That(() => Ed25519Program.Verify([1]), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void Verify_CutSignature_IsRefused() => Assert.That(
        () => Ed25519Program.Verify([1], new Ed25519Signature(default, new byte[63])),
        Throws.TypeOf<ArgumentOutOfRangeException>());
}
