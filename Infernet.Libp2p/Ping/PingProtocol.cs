using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Infernet.Libp2p.Hosting;

namespace Infernet.Libp2p.Ping;

/// <summary>
/// <c>/ipfs/ping/1.0.0</c>: 32 random bytes there and back.
/// Source: https://github.com/libp2p/specs/blob/master/ping/ping.md.
/// </summary>
internal static class PingProtocol
{
    public const string Id = "/ipfs/ping/1.0.0";

    /// <summary>The length of one ping, in bytes.</summary>
    public const int PayloadLength = 32;

    public static void Register(ProtocolTable protocols) => protocols.Set(Id, EchoAsync);

    /// <summary>Sends one ping and measures the time until its echo is there.</summary>
    /// <exception cref="IOException">The peer sent something else back, or closed the stream.</exception>
    public static async Task<TimeSpan> MeasureAsync(
        PeerStream stream, TimeProvider time, CancellationToken cancellationToken)
    {
        byte[] payload = RandomNumberGenerator.GetBytes(PayloadLength);
        long start = time.GetTimestamp();
        await stream.Output.WriteAsync(payload, cancellationToken).ConfigureAwait(false);
        ReadResult read = await stream.Input.ReadAtLeastAsync(PayloadLength, cancellationToken).ConfigureAwait(false);
        TimeSpan elapsed = time.GetElapsedTime(start);
        bool isEcho = read.Buffer.Length == PayloadLength && read.Buffer.ToArray().AsSpan().SequenceEqual(payload);
        stream.Input.AdvanceTo(read.Buffer.End);
        return isEcho
            ? elapsed
            : throw new IOException($"{stream.RemotePeer} did not send the ping back as it was.");
    }

    private static async Task EchoAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await stream.Input.ReadAtLeastAsync(PayloadLength, cancellationToken)
                .ConfigureAwait(false);
            if (read.Buffer.Length < PayloadLength)
            {
                stream.Input.AdvanceTo(read.Buffer.End);
                return;
            }

            ReadOnlySequence<byte> payload = read.Buffer.Slice(0, PayloadLength);
            payload.CopyTo(stream.Output.GetSpan(PayloadLength));
            stream.Output.Advance(PayloadLength);
            stream.Input.AdvanceTo(payload.End);
            await stream.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
