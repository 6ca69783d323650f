using System.Buffers;
using System.IO.Pipelines;

namespace Infernet.Libp2p.Tests.Support;

/// <summary>Moves bytes through pipes and checks them.</summary>
internal static class Bytes
{
    public static async Task<byte[]> ReadAllAsync(PipeReader input)
    {
        var all = new ArrayBufferWriter<byte>();
        while (true)
        {
            ReadResult read = await input.ReadAsync().AsTask().WaitAsync(TestHosts.Patience);
            foreach (ReadOnlyMemory<byte> part in read.Buffer)
            {
                all.Write(part.Span);
            }

            input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return all.WrittenSpan.ToArray();
            }
        }
    }

    public static async Task<byte[]> ReadExactlyAsync(PipeReader input, int count)
    {
        ReadResult read = await input.ReadAtLeastAsync(count).AsTask().WaitAsync(TestHosts.Patience);
        byte[] bytes = read.Buffer.Slice(0, count).ToArray();
        input.AdvanceTo(read.Buffer.GetPosition(count));
        return bytes;
    }

    /// <summary>Writes bytes that depend on their place, then closes the writer.</summary>
    public static async Task WritePatternAsync(PipeWriter output, long length, int seed)
    {
        byte[] chunk = new byte[50_000];
        for (long at = 0; at < length; at += chunk.Length)
        {
            int count = (int)Math.Min(chunk.Length, length - at);
            Fill(chunk.AsSpan(0, count), at, seed);
            await output.WriteAsync(chunk.AsMemory(0, count));
        }

        await output.CompleteAsync();
    }

    /// <summary>Reads to the end and compares with what <see cref="WritePatternAsync"/> writes.</summary>
    public static async Task ExpectPatternAsync(PipeReader input, long length, int seed)
    {
        byte[] expected = new byte[64 * 1024];
        long at = 0;
        while (true)
        {
            ReadResult read = await input.ReadAsync();
            foreach (ReadOnlyMemory<byte> part in read.Buffer)
            {
                for (ReadOnlyMemory<byte> rest = part; !rest.IsEmpty;)
                {
                    int count = Math.Min(rest.Length, expected.Length);
                    Fill(expected.AsSpan(0, count), at, seed);
                    if (!rest.Span[..count].SequenceEqual(expected.AsSpan(0, count)))
                    {
                        Assert.Fail($"The bytes differ somewhere behind {at}.");
                    }

                    at += count;
                    rest = rest[count..];
                }
            }

            input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                Assert.That(at, Is.EqualTo(length));
                return;
            }
        }
    }

    private static void Fill(Span<byte> bytes, long at, int seed)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            long place = at + i;
            bytes[i] = (byte)(place + (place >> 8) + (place >> 16) + seed);
        }
    }
}
