using System.Diagnostics;
using System.IO.Pipelines;
using Infernet.Bench.Servers;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Bench.Transport;

/// <summary>
/// The dialing side of the transport benchmark, in a process of its own; bench/js/transport-client.mjs does the same
/// in js-libp2p.
/// </summary>
internal sealed class TransportClient(Multiaddr server, Libp2pHost host)
{
    private static readonly byte[] Chunk = new byte[64 * 1024];
    private readonly PeerId _peer = server.PeerId!;
    private readonly List<Libp2pHost> _idle = [];

    public static async Task RunAsync(string address, CancellationToken token)
    {
        var server = Multiaddr.Parse(address);
        await using Libp2pHost host = await StartHostAsync(token);
        await host.ConnectAsync(server, token);
        var client = new TransportClient(server, host);
        await CommandLoop.RunAsync(
            new { @event = "ready" },
            new()
            {
                ["upload"] = async r => await client.UploadAsync(r.Int("streams"), r.Int("bytes"), token),
                ["connect"] = async r => await client.ConnectAsync(r.Int("clients"), r.Int("count"), token),
                ["request"] = async r => await client.RequestAsync(r.Int("concurrency"), r.Int("count"), token),
                ["ping"] = async r => await client.PingAsync(r.Int("count"), token),
                ["idle"] = async r => await client.IdleAsync(r.Int("count"), token),
            },
            token);
    }

    private static Task<Libp2pHost> StartHostAsync(CancellationToken token) =>
        Libp2pHost.StartAsync(NodeIdentity.Generate(), new HostOptions(), NullLoggerFactory.Instance, token);

    private async Task<double> UploadAsync(int streams, int bytes, CancellationToken token)
    {
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            Enumerable.Range(0, streams).Select(_ => Task.Run(() => UploadOneAsync(bytes, token), token)));
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private async Task UploadOneAsync(int bytes, CancellationToken token)
    {
        await using PeerStream stream = await host.OpenStreamAsync(_peer, TransportProtocols.Sink, token);
        for (int left = bytes; left > 0; left -= Chunk.Length)
        {
            await stream.Output.WriteAsync(Chunk.AsMemory(0, Math.Min(left, Chunk.Length)), token);
        }

        await stream.CloseWriteAsync(token);
        await TransportProtocols.DrainAsync(stream.Input, token);
    }

    private async Task<double> ConnectAsync(int clients, int count, CancellationToken token)
    {
        Libp2pHost[] hosts = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => StartHostAsync(token)));
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(hosts.Select(h => Task.Run(() => ConnectInTurnAsync(h, count, token), token)));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        foreach (Libp2pHost started in hosts)
        {
            await started.DisposeAsync();
        }

        return seconds;
    }

    private async Task ConnectInTurnAsync(Libp2pHost client, int count, CancellationToken token)
    {
        for (int i = 0; i < count; i++)
        {
            await ConnectAndIdentifyAsync(client, token);
            await client.DisconnectAsync(_peer);
        }
    }

    private async Task ConnectAndIdentifyAsync(Libp2pHost client, CancellationToken token)
    {
        var identified = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Complete(PeerId peer) => identified.TrySetResult();
        client.PeerIdentified += Complete;
        await client.ConnectAsync(server, token);
        await identified.Task.WaitAsync(token);
        client.PeerIdentified -= Complete;
    }

    private async Task<RequestFigures> RequestAsync(int concurrency, int count, CancellationToken token)
    {
        double[] latencies = new double[count];
        int next = -1;
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(RequestInTurnAsync, token)));
        return new RequestFigures(Stopwatch.GetElapsedTime(start).TotalSeconds, latencies);

        async Task RequestInTurnAsync()
        {
            for (int i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
            {
                long began = Stopwatch.GetTimestamp();
                await RequestOneAsync(token);
                latencies[i] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
            }
        }
    }

    private async Task RequestOneAsync(CancellationToken token)
    {
        await using PeerStream stream = await host.OpenStreamAsync(_peer, TransportProtocols.Reply, token);
        await stream.Output.WriteAsync(Chunk.AsMemory(0, TransportProtocols.ReplyLength), token);
        long received = await TransportProtocols.DrainAsync(stream.Input, token);
        await stream.CloseWriteAsync(token);
        if (received != TransportProtocols.ReplyLength)
        {
            throw new InvalidDataException($"The answer has {received} bytes.");
        }
    }

    private async Task<double[]> PingAsync(int count, CancellationToken token)
    {
        await using PeerStream stream = await host.OpenStreamAsync(_peer, TransportProtocols.Ping, token);
        double[] latencies = new double[count];
        for (int i = 0; i < count; i++)
        {
            long began = Stopwatch.GetTimestamp();
            await stream.Output.WriteAsync(Chunk.AsMemory(0, 32), token);
            ReadResult read = await stream.Input.ReadAtLeastAsync(32, token);
            stream.Input.AdvanceTo(read.Buffer.End);
            latencies[i] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
        }

        return latencies;
    }

    private async Task<bool> IdleAsync(int count, CancellationToken token)
    {
        for (int i = 0; i < count; i++)
        {
            Libp2pHost client = await StartHostAsync(token);
            await ConnectAndIdentifyAsync(client, token);
            _idle.Add(client);
        }

        return true;
    }
}
