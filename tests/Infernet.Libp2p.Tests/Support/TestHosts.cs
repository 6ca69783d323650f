using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Libp2p.Tests.Support;

/// <summary>Real hosts over loopback.</summary>
internal static class TestHosts
{
    /// <summary>How long a test waits for what must happen; generous, since the machine may be busy.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task<Libp2pHost> StartAsync(Func<HostOptions, HostOptions>? change = null)
    {
        var options = new HostOptions { ListenAddresses = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] };
        return Libp2pHost.StartAsync(
            NodeIdentity.Generate(), change?.Invoke(options) ?? options, NullLoggerFactory.Instance,
            CancellationToken.None);
    }

    /// <summary>Two hosts, the first connected to the second.</summary>
    public static async Task<(Libp2pHost Dialer, Libp2pHost Listener)> StartPairAsync(
        Func<HostOptions, HostOptions>? change = null)
    {
        Libp2pHost dialer = await StartAsync(change);
        Libp2pHost listener = await StartAsync(change);
        await dialer.ConnectAsync(AddressOf(listener), CancellationToken.None).WaitAsync(Patience);
        return (dialer, listener);
    }

    public static Multiaddr AddressOf(Libp2pHost host) => host.ListenAddresses[0].WithPeer(host.Id);

    /// <summary>Ends when both hosts have heard from Identify.</summary>
    public static async Task IdentifiedAsync(Libp2pHost host, PeerId peer)
    {
        var done = new TaskCompletionSource();
        host.PeerIdentified += id =>
        {
            if (id == peer)
            {
                done.TrySetResult();
            }
        };
        if (host.Peers.AgentOf(peer) is not null)
        {
            done.TrySetResult();
        }

        await done.Task.WaitAsync(Patience);
    }

    /// <summary>Asks again and again, while others run, until the answer is yes.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            timeout.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
