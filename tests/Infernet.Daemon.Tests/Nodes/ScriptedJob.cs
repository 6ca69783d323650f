using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Wire;
using Infernet.Libp2p.Hosting;

namespace Infernet.Daemon.Tests.Nodes;

/// <summary>One job at a <see cref="ScriptedProvider"/>: the steps that scripts are made of.</summary>
internal sealed class ScriptedJob(PeerStream stream, NodeIdentity identity, CancellationToken cancellationToken)
    : IAsyncDisposable
{
    private readonly EngineDescription _engine = new() { Name = "script" };
    private Offer _offer = new();

    public PeerStream Stream { get; } = stream;

    public JobLink Link { get; } = JobLink.Over(stream);

    public NodeIdentity Identity { get; } = identity;

    /// <summary>Takes the offer.</summary>
    public async Task AcceptAsync(uint maxItems = 64, uint contextTokens = ScriptedProvider.ContextTokens)
    {
        _engine.ContextTokens = contextTokens;
        JobMessage? message = await Link.ReadAsync(cancellationToken);
        _offer = message!.Offer;
        await SendAsync(JobMessages.Of(new Accept { MaxItemsInFlight = maxItems, Engine = _engine }));
    }

    /// <summary>The next shard; null when the aggregator is done.</summary>
    public async Task<Shard?> ShardAsync()
    {
        while (await Link.ReadAsync(cancellationToken) is { } message)
        {
            if (message.BodyCase == JobMessage.BodyOneofCase.Shard)
            {
                return message.Shard;
            }
        }

        return null;
    }

    public Task SendAsync(JobMessage message) => Link.SendAsync(message, cancellationToken).AsTask();

    /// <summary>Answers every item of a shard as honest providers do.</summary>
    public async Task AnswerAsync(Shard shard)
    {
        foreach (Item item in shard.Items)
        {
            await SendItemAsync(shard, item.Index);
        }
    }

    public Task SendItemAsync(Shard shard, ulong index) =>
        SendAsync(JobMessages.ItemDone(shard.ShardId, shard.Attempt, Output(index)));

    /// <summary>An honest receipt, which the script may spoil before it is signed.</summary>
    public Task SendReceiptAsync(
        Shard shard, Action<Receipt, ReceiptItems>? spoil = null, NodeIdentity? signer = null)
    {
        long now = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        var receipt = new Receipt
        {
            JobId = _offer.JobId,
            ShardId = shard.ShardId,
            Attempt = shard.Attempt,
            Provider = Identity.Id.ToByteString(),
            Aggregator = Stream.RemotePeer.ToByteString(),
            OfferHash = ByteString.CopyFrom(ReceiptEnvelope.HashOf(_offer)),
            ModelRoot = _offer.ModelRoot,
            Engine = _engine.Clone(),
            StartedUnixUs = now,
            FinishedUnixUs = now,
        };
        var items = new ReceiptItems();
        foreach (Item item in shard.Items)
        {
            var line = new ItemReceipt
            {
                Index = item.Index,
                InputHash = ByteString.CopyFrom(ItemHash.Of(item)),
                OutputHash = ByteString.CopyFrom(OutputHash.Of(Output(item.Index))),
                PromptTokens = 1,
                CompletionTokens = 1,
                FinishReason = FinishReason.Stop,
            };
            line.TokenIds.Add(7);
            items.Items.Add(line);
        }

        receipt.ItemsRoot = ByteString.CopyFrom(ItemsRoot.Of(items));
        receipt.ItemCount = (uint)items.Items.Count;
        receipt.PromptTokens = (ulong)items.Items.Count;
        receipt.CompletionTokens = (ulong)items.Items.Count;
        spoil?.Invoke(receipt, items);
        return SendAsync(JobMessages.ShardDone(
            shard.ShardId, shard.Attempt, ReceiptEnvelope.Seal(signer ?? Identity, receipt), items));
    }

    /// <summary>Serves the whole job honestly.</summary>
    public async Task ServeAsync()
    {
        await AcceptAsync();
        while (await ShardAsync() is { } shard)
        {
            await AnswerAsync(shard);
            await SendReceiptAsync(shard);
        }
    }

    /// <summary>Says nothing more until the aggregator hangs up.</summary>
    public async Task StallAsync()
    {
        while (await Link.ReadAsync(cancellationToken) is not null)
        {
        }
    }

    public ValueTask DisposeAsync() => Link.DisposeAsync();

    private static ItemOutput Output(ulong index) => new() { Index = index, Text = $"answer {index}" };
}
