using Infernet.Libp2p.Noise;
using Infernet.Libp2p.Transport;

namespace Infernet.Libp2p.Tests.Noise;

internal sealed class NoiseReaderTests
{
    private static readonly byte[] Key = new byte[CipherState.KeyLength];

    [Test]
    public async Task Messages_InAnyPortions_AreReadWhole([Values(1, 2, 3, 17, 70_000)] int portion)
    {
        var writer = new NoiseWriter(new CipherState(Key));
        int[] lengths = [0, 1, 100, NoiseWriter.MaxPlaintext, 5];
        byte[] wire = [.. lengths.SelectMany(l => writer.Seal(new byte[l]))];
        using NoiseReader reader = Read(wire, portion);

        foreach (int length in lengths)
        {
            while (!reader.TryReadMessage())
            {
                Assert.That(await reader.ReceiveAsync(CancellationToken.None), Is.True);
            }

            Assert.That(reader.TakeAll().Length, Is.EqualTo(length));
        }

        Assert.That(reader.TryReadMessage(), Is.False);
        Assert.That(await reader.ReceiveAsync(CancellationToken.None), Is.False);
    }

    [Test]
    public async Task Message_Tampered_Throws()
    {
        byte[] wire = new NoiseWriter(new CipherState(Key)).Seal("hello"u8);
        wire[4] ^= 1;
        using NoiseReader reader = Read(wire, wire.Length);
        await reader.ReceiveAsync(CancellationToken.None);

        Assert.That(() => reader.TryReadMessage(), Throws.TypeOf<NoiseException>());
    }

    [Test]
    public async Task Message_Replayed_Throws()
    {
        byte[] wire = new NoiseWriter(new CipherState(Key)).Seal("hello"u8);
        using NoiseReader reader = Read([.. wire, .. wire], 2 * wire.Length);
        await reader.ReceiveAsync(CancellationToken.None);
        Assert.That(reader.TryReadMessage(), Is.True);

        Assert.That(() => reader.TryReadMessage(), Throws.TypeOf<NoiseException>());
    }

    [Test]
    public async Task Message_ShorterThanItsTag_Throws()
    {
        using NoiseReader reader = Read([0, 3, 1, 2, 3], 5);
        await reader.ReceiveAsync(CancellationToken.None);

        Assert.That(() => reader.TryReadMessage(), Throws.TypeOf<NoiseException>());
    }

    [Test]
    public async Task Connection_ClosedInTheMiddle_Throws()
    {
        byte[] wire = new NoiseWriter(new CipherState(Key)).Seal("hello"u8);
        using NoiseReader reader = Read(wire[..^1], wire.Length);
        await reader.ReceiveAsync(CancellationToken.None);
        Assert.That(reader.TryReadMessage(), Is.False);

        Assert.That(
            async () => await reader.ReceiveAsync(CancellationToken.None),
            Throws.TypeOf<NoiseException>().With.Message.Contains("middle"));
    }

    [Test]
    public async Task EmptyMessages_InAFlood_Throw()
    {
        var writer = new NoiseWriter(new CipherState(Key));
        byte[] wire = [.. Enumerable.Range(0, 1_001).SelectMany(_ => writer.Seal([]))];
        using NoiseReader reader = Read(wire, wire.Length);

        Assert.That(
            async () =>
            {
                while (await reader.ReceiveAsync(CancellationToken.None))
                {
                    while (reader.TryReadMessage())
                    {
                    }
                }
            },
            Throws.TypeOf<NoiseException>().With.Message.Contains("empty"));
        await Task.CompletedTask;
    }

    private static NoiseReader Read(byte[] wire, int portion) =>
        new(new ReceiveBuffer(new PortionedStream(wire, portion)), new CipherState(Key));

    /// <summary>Gives at most so many bytes at a time.</summary>
    private sealed class PortionedStream(byte[] bytes, int portion) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(portion, buffer.Length)], cancellationToken);
    }
}
