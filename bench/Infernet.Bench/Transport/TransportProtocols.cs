using System.IO.Pipelines;

namespace Infernet.Bench.Transport;

/// <summary>The protocols of the transport benchmark; tests/js/lib/handlers.mjs serves the same.</summary>
internal static class TransportProtocols
{
    public const string Sink = "/infernet/test/sink/1";
    public const string Reply = "/infernet/test/reply/1";
    public const string Ping = "/ipfs/ping/1.0.0";
    public const int ReplyLength = 100;

    /// <summary>Reads a stream to its end and returns the number of bytes.</summary>
    public static async ValueTask<long> DrainAsync(PipeReader input, CancellationToken cancellationToken)
    {
        long received = 0;
        while (true)
        {
            ReadResult read = await input.ReadAsync(cancellationToken);
            received += read.Buffer.Length;
            input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return received;
            }
        }
    }
}
