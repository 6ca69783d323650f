using Google.Protobuf;
using Infernet.ContentStore.Dag;
using Infernet.ContentStore.Exchange;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas.Chunks;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Messages;

namespace Infernet.ContentStore.Tests.Exchange;

/// <summary>A real host that speaks the protocol as a test tells it to.</summary>
internal sealed class ScriptedPeer : IAsyncDisposable
{
    private ScriptedPeer(Libp2pHost host) => Host = host;

    /// <summary>Answers one message; false ends the stream.</summary>
    public delegate ValueTask<bool> Script(ChunkMessage asked, PeerStream stream);

    public Libp2pHost Host { get; }

    public static async Task<ScriptedPeer> StartAsync(Script script)
    {
        Libp2pHost host = await TestNode.StartHostAsync();
        host.Handle(ChunkExchange.Protocol, async (stream, cancel) =>
        {
            while (await LengthPrefixed.ReadAsync(stream.Input, ChunkMessage.Parser, 1 << 20, cancel) is { } asked)
            {
                if (!await script(asked, stream))
                {
                    stream.Reset();
                    return;
                }
            }
        });
        return new ScriptedPeer(host);
    }

    /// <summary>A peer that says it has everything and answers each want by this.</summary>
    public static Task<ScriptedPeer> ServeAsync(Func<BlockHash, PeerStream, ValueTask<bool>> onWant) =>
        StartAsync(async (asked, stream) =>
        {
            if (asked.BodyCase == ChunkMessage.BodyOneofCase.HaveRequest)
            {
                await SayAllAsync(asked, stream);
            }

            foreach (ByteString cid in asked.Want?.Cids ?? [])
            {
                bool known = Cid.TryParse(cid.Span, out Cid parsed) & BlockHash.TryFrom(parsed, out BlockHash hash);
                if (!known || !await onWant(hash, stream))
                {
                    return false;
                }
            }

            return true;
        });

    public static ValueTask SayAllAsync(ChunkMessage asked, PeerStream stream) => LengthPrefixed.WriteAsync(
        stream.Output,
        new ChunkMessage { Have = new Have { Root = asked.HaveRequest.Root, Extent = Have.Types.Extent.All } },
        default);

    public static ValueTask SendBlockAsync(PeerStream stream, Cid cid, ReadOnlySpan<byte> data) => LengthPrefixed.WriteAsync(
        stream.Output,
        new ChunkMessage
        {
            Block = new Block { Cid = ByteString.CopyFrom(cid.ToBytes()), Data = ByteString.CopyFrom(data) },
        },
        default);

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
