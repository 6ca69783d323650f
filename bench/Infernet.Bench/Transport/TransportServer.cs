using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Pipelines;
using Infernet.Bench.Servers;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Bench.Transport;

/// <summary>The listening side of the transport benchmark, in a process of its own.</summary>
internal static class TransportServer
{
    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        await using Libp2pHost host = await Libp2pHost.StartAsync(
            NodeIdentity.Generate(),
            new HostOptions { ListenAddresses = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")], MaxConnections = 10_000 },
            NullLoggerFactory.Instance, cancellationToken);
        host.Handle(TransportProtocols.Sink, SinkAsync);
        host.Handle(TransportProtocols.Reply, ReplyAsync);
        string address = host.ListenAddresses[0].WithPeer(host.Id).ToString();
        await CommandLoop.RunAsync(
            new { @event = "ready", addresses = new[] { address } },
            new() { ["stats"] = _ => Task.FromResult<object>(Stats(host)) },
            cancellationToken);
    }

    private static object Stats(Libp2pHost host)
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var self = Process.GetCurrentProcess();
        return new { connections = host.ConnectedPeers.Count, residentBytes = self.WorkingSet64 };
    }

    private static async Task SinkAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        long received = await TransportProtocols.DrainAsync(stream.Input, cancellationToken);
        BinaryPrimitives.WriteInt64BigEndian(stream.Output.GetSpan(8), received);
        stream.Output.Advance(8);
        await stream.CloseWriteAsync(cancellationToken);
    }

    private static async Task ReplyAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        ReadResult request = await stream.Input.ReadAtLeastAsync(TransportProtocols.ReplyLength, cancellationToken);
        stream.Input.AdvanceTo(request.Buffer.End);
        stream.Output.GetSpan(TransportProtocols.ReplyLength)[..TransportProtocols.ReplyLength].Clear();
        stream.Output.Advance(TransportProtocols.ReplyLength);
        await stream.CloseWriteAsync(cancellationToken);
    }
}
