using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Messages;

namespace Infernet.Libp2p.Perf;

/// <summary>
/// Serves <c>/perf/1.0.0</c>: takes an upload to its end, then sends as many bytes as were asked for.
/// Source: https://github.com/libp2p/specs/blob/master/perf/perf.md.
/// </summary>
internal static class PerfServer
{
    public const string Id = "/perf/1.0.0";

    /// <summary>The wish for a download: its length in bytes, big-endian.</summary>
    public const int RequestLength = 8;

    private static readonly byte[] Chunk = new byte[64 * 1024];

    public static void Register(ProtocolTable protocols) => protocols.Set(Id, ServeAsync);

    /// <summary>Sends a number of zero bytes.</summary>
    public static async Task SendAsync(PipeWriter output, ulong count, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            int length = (int)Math.Min(count, (ulong)Chunk.Length);
            FlushResult flush = await output.WriteAsync(Chunk.AsMemory(0, length), cancellationToken)
                .ConfigureAwait(false);
            if (flush.IsCompleted)
            {
                return;
            }

            count -= (ulong)length;
        }
    }

    /// <summary>Reads to the end and counts.</summary>
    public static async Task<long> DrainAsync(PipeReader input, CancellationToken cancellationToken)
    {
        long count = 0;
        while (true)
        {
            ReadResult read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            count += read.Buffer.Length;
            input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return count;
            }
        }
    }

    private static async Task ServeAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        ReadResult read = await stream.Input.ReadAtLeastAsync(RequestLength, cancellationToken).ConfigureAwait(false);
        if (read.Buffer.Length < RequestLength)
        {
            throw new MessageException("The peer closed the stream before it said how much to send.");
        }

        ulong count = ReadCount(read.Buffer);
        stream.Input.AdvanceTo(read.Buffer.GetPosition(RequestLength));
        await DrainAsync(stream.Input, cancellationToken).ConfigureAwait(false);
        await SendAsync(stream.Output, count, cancellationToken).ConfigureAwait(false);
    }

    private static ulong ReadCount(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> bytes = stackalloc byte[RequestLength];
        buffer.Slice(0, RequestLength).CopyTo(bytes);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}
