using System.Diagnostics;
using System.IO.Pipelines;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Bench.Dispatch;

/// <summary>Two hosts on loopback that exchange 100 bytes a trip over one new stream: what a protocol can't go below.</summary>
internal sealed class RoundTrips : IAsyncDisposable
{
    private const string Protocol = "/bench/echo/1";
    private const int Length = 100;

    private readonly Libp2pHost _server;
    private readonly Libp2pHost _client;

    private RoundTrips(Libp2pHost server, Libp2pHost client) => (_server, _client) = (server, client);

    public static async Task<RoundTrips> StartAsync(CancellationToken ct)
    {
        Libp2pHost server = await StartHostAsync([Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")], ct);
        server.Handle(Protocol, (stream, stopping) => stream.Input.CopyToAsync(stream.Output, stopping));
        Libp2pHost client = await StartHostAsync([], ct);
        await client.ConnectAsync(server.ListenAddresses[0].WithPeer(server.Id), ct);
        return new RoundTrips(server, client);
    }

    /// <summary>Milliseconds for a new stream with so many trips over it.</summary>
    public async Task<double> TimeAsync(int trips, CancellationToken ct)
    {
        long start = Stopwatch.GetTimestamp();
        await using PeerStream stream = await _client.OpenStreamAsync(_server.Id, Protocol, ct);
        for (int trip = 0; trip < trips; trip++)
        {
            await stream.Output.WriteAsync(new byte[Length], ct);
            ReadResult read = await stream.Input.ReadAtLeastAsync(Length, ct);
            stream.Input.AdvanceTo(read.Buffer.End);
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    private static Task<Libp2pHost> StartHostAsync(IReadOnlyList<Multiaddr> listen, CancellationToken ct) =>
        Libp2pHost.StartAsync(
            NodeIdentity.Generate(), new HostOptions { ListenAddresses = listen }, NullLoggerFactory.Instance, ct);
}
