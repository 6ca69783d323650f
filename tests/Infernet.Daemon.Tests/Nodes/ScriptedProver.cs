using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;
using Infernet.Daemon.Adverts;
using Infernet.Daemon.Challenges.Wire;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Daemon.Tests.Nodes;

/// <summary>A peer on a real host that does with each challenge whatever its script says, and makes its own.</summary>
internal sealed class ScriptedProver : IAsyncDisposable
{
    private ScriptedProver(Libp2pHost host) => Host = host;

    public Libp2pHost Host { get; }

    public Multiaddr Address => Host.ListenAddresses[0].WithPeer(Host.Id);

    public static async Task<ScriptedProver> StartAsync(Func<PeerStream, Task>? script = null)
    {
        Libp2pHost host = await Libp2pHost.StartAsync(
            NodeIdentity.Generate(),
            new HostOptions { ListenAddresses = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] },
            NullLoggerFactory.Instance, CancellationToken.None);
        AdvertProtocol.Serve(host, () => Advert(host));
        if (script is not null)
        {
            host.Handle(ChallengeProtocol.Id, (stream, _) => script(stream));
        }

        return new ScriptedProver(host);
    }

    public static ValueTask SendAsync(PeerStream stream, ChallengeMessage message) =>
        ChallengeProtocol.SendAsync(stream, message, CancellationToken.None);

    public static Task<ChallengeMessage?> ReadAsync(PeerStream stream) =>
        ChallengeProtocol.ReadAsync(stream, TestNodes.Patience, TimeProvider.System, CancellationToken.None);

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private static byte[] Advert(Libp2pHost host)
    {
        var advert = new Advert
        {
            PeerId = host.Id.ToByteString(),
            Hardware = new Hardware { CpuCores = 1, MemoryBytes = 1 << 30, ClaimedOperationsPerSecond = 1e17 },
            Sequence = 1,
            ExpiresUnixMs = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeMilliseconds(),
        };
        return AdvertEnvelope.Seal(host.Identity, advert);
    }
}
