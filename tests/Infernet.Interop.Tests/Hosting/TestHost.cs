using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Interop.Tests.Hosting;

/// <summary>Starts hosts on free loopback ports.</summary>
internal static class TestHost
{
    public const string Agent = "infernet/interop";

    public static Task<Libp2pHost> StartAsync(bool listen = true) => Libp2pHost.StartAsync(
        NodeIdentity.Generate(),
        new HostOptions
        {
            AgentVersion = Agent,
            ServePerf = true,
            ListenAddresses = listen ? [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] : [],
        },
        NullLoggerFactory.Instance,
        CancellationToken.None);

    /// <summary>Where a host listens, with its id at the end.</summary>
    public static string AddressOf(Libp2pHost host) => host.ListenAddresses[0].WithPeer(host.Id).ToString();
}
