using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Threading.Channels;
using Infernet.Libp2p.Hosting;

namespace Infernet.Interop.Tests.Streams;

/// <summary>The protocols that both sides serve in the tests: the C# half of tests/js/lib/handlers.mjs.</summary>
internal sealed class TestProtocols
{
    public const string Echo = "/echo/1.0.0";
    public const string Ping = "/ipfs/ping/1.0.0";
    public const string Sink = "/infernet/test/sink/1";
    public const string CloseFirst = "/infernet/test/close-first/1";
    public const string Reset = "/infernet/test/reset/1";
    public const string Hang = "/infernet/test/hang/1";

    /// <summary>How streams of <see cref="CloseFirst"/> and <see cref="Hang"/> ended, in words.</summary>
    private readonly Channel<string> _endings = Channel.CreateUnbounded<string>();

    /// <summary>Serves all of them on a host, except for those that the host serves itself.</summary>
    public static TestProtocols ServeOn(Libp2pHost host)
    {
        var protocols = new TestProtocols();
        host.Handle(Echo, EchoAsync);
        host.Handle(Sink, SinkAsync);
        host.Handle(Reset, ResetAsync);
        host.Handle(CloseFirst, protocols.CloseFirstAsync);
        host.Handle(Hang, protocols.HangAsync);
        return protocols;
    }

    public Task<string> NextEndingAsync() => _endings.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    public static async Task EchoAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        await stream.Input.CopyToAsync(stream.Output, cancellationToken);
        await stream.CloseWriteAsync(cancellationToken);
    }

    /// <summary>Reads a stream to its end and returns the number of bytes.</summary>
    public static async Task<long> DrainAsync(PipeReader input, CancellationToken cancellationToken)
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

    private static async Task SinkAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        long received = await TestPattern.ReceiveAsync(stream.Input, cancellationToken);
        byte[] answer = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(answer, received);
        await stream.Output.WriteAsync(answer, cancellationToken);
        await stream.CloseWriteAsync(cancellationToken);
    }

    private static async Task ResetAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        ReadResult first = await stream.Input.ReadAsync(cancellationToken);
        stream.Input.AdvanceTo(first.Buffer.End);
        stream.Reset();
    }

    private async Task CloseFirstAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        await stream.CloseWriteAsync(cancellationToken);
        long received = await TestPattern.ReceiveAsync(stream.Input, cancellationToken);
        await _endings.Writer.WriteAsync($"received {received}", cancellationToken);
    }

    private async Task HangAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        try
        {
            await DrainAsync(stream.Input, cancellationToken);
            await _endings.Writer.WriteAsync("closed", cancellationToken);
        }
        catch (StreamResetException)
        {
            await _endings.Writer.WriteAsync("reset", cancellationToken);
        }
    }
}
