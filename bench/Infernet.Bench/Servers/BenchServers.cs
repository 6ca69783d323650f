using Infernet.Bench.Audits;
using Infernet.Bench.Gossip;
using Infernet.Bench.Kademlia;
using Infernet.Bench.Transfer;
using Infernet.Bench.Transport;

namespace Infernet.Bench.Servers;

/// <summary>What this program can be for another instance of itself: <c>serve NAME</c>.</summary>
internal static class BenchServers
{
    public static Task RunAsync(string name, string[] options, CancellationToken cancellationToken) => name switch
    {
        "transport-server" => TransportServer.RunAsync(cancellationToken),
        "transport-client" => TransportClient.RunAsync(options[0], cancellationToken),
        "dht-network" => DhtNetwork.RunAsync(cancellationToken),
        "gossip-network" => GossipNetwork.RunAsync(cancellationToken),
        "transfer-seed" => TransferSeed.RunAsync(options[0], cancellationToken),
        "audit-engine" => AuditEngineServer.RunAsync(options[0], cancellationToken),
        "transfer-fetch" => TransferFetch.RunAsync(options[0], cancellationToken),
        _ => throw new ArgumentException($"there is no server '{name}'", nameof(name)),
    };
}
