using System.IO.Pipelines;

namespace Infernet.Interop.Tests.Streams;

/// <summary>
/// Bytes that show where they came from: the same pattern of prime length as in tests/js/lib/bytes.mjs, so that a
/// lost, doubled or swapped part of any usual size does not fit.
/// </summary>
internal static class TestPattern
{
    private const int Length = 65_521;
    private static readonly byte[] Pattern = Generate();

    public static async Task SendAsync(PipeWriter output, long count, CancellationToken cancellationToken)
    {
        for (long sent = 0; sent < count;)
        {
            int at = (int)(sent % Length);
            int size = (int)Math.Min(Length - at, count - sent);
            await output.WriteAsync(Pattern.AsMemory(at, size), cancellationToken);
            sent += size;
        }
    }

    /// <summary>Reads to the end, checks that it is the pattern, and returns its length.</summary>
    public static async Task<long> ReceiveAsync(PipeReader input, CancellationToken cancellationToken)
    {
        long received = 0;
        while (true)
        {
            ReadResult read = await input.ReadAsync(cancellationToken);
            foreach (ReadOnlyMemory<byte> part in read.Buffer)
            {
                Check(part.Span, received);
                received += part.Length;
            }

            input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return received;
            }
        }
    }

    private static void Check(ReadOnlySpan<byte> part, long offset)
    {
        while (!part.IsEmpty)
        {
            int at = (int)(offset % Length);
            int size = Math.Min(Length - at, part.Length);
            if (!part[..size].SequenceEqual(Pattern.AsSpan(at, size)))
            {
                throw new InvalidDataException(
                    $"The bytes differ from what was sent somewhere in {offset}..{offset + size}.");
            }

            offset += size;
            part = part[size..];
        }
    }

    private static byte[] Generate()
    {
        byte[] pattern = new byte[Length];
        uint state = 1;
        for (int i = 0; i < Length; i++)
        {
            state = (state * 1_664_525) + 1_013_904_223;
            pattern[i] = (byte)(state >> 24);
        }

        return pattern;
    }
}
