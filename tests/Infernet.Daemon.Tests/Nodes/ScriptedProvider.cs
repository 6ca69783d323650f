using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;
using Infernet.Daemon.Adverts;
using Infernet.Daemon.Jobs.Wire;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Daemon.Tests.Nodes;

/// <summary>
/// A peer that says it serves a model, and then does with each job whatever its script says: it speaks the raw
/// protocol on a real host.
/// </summary>
internal sealed class ScriptedProvider : IAsyncDisposable
{
    /// <summary>What it advertises.</summary>
    public const uint ContextTokens = 1_024;

    private readonly Libp2pHost _host;

    private ScriptedProvider(Libp2pHost host) => _host = host;

    /// <summary>A model that nobody has: only the scripts pretend to.</summary>
    public static Cid Model { get; } = Cid.OfRaw("a model"u8);

    public PeerId Id => _host.Id;

    public Multiaddr Address => _host.ListenAddresses[0].WithPeer(Id);

    public static async Task<ScriptedProvider> StartAsync(Func<ScriptedJob, Task> script)
    {
        Libp2pHost host = await Libp2pHost.StartAsync(
            NodeIdentity.Generate(),
            new HostOptions { ListenAddresses = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] },
            NullLoggerFactory.Instance, CancellationToken.None);
        AdvertProtocol.Serve(host, () => Advert(host));
        host.Handle(JobProtocol.Id, async (stream, cancellationToken) =>
        {
            await using var job = new ScriptedJob(stream, host.Identity, cancellationToken);
            await script(job);
        });
        return new ScriptedProvider(host);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static byte[] Advert(Libp2pHost host)
    {
        var advert = new Advert
        {
            PeerId = host.Id.ToByteString(),
            Hardware = new Hardware(),
            Sequence = 1,
            TotalSlots = 4,
            FreeSlots = 4,
            ExpiresUnixMs = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeMilliseconds(),
        };
        advert.Addresses.AddRange(host.ListenAddresses.Select(a => a.ToByteString()));
        advert.Models.Add(new ServedModel
        {
            Root = ByteString.CopyFrom(Model.ToBytes()), Name = "scripted", ContextLength = ContextTokens,
            DecodeTokensPerSecond = 1_000,
        });
        return AdvertEnvelope.Seal(host.Identity, advert);
    }
}
