using Google.Protobuf;
using Infernet.ContentStore.Blobs;
using Infernet.ContentStore.Dag;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas.Chunks;
using Infernet.Libp2p.Messages;

namespace Infernet.ContentStore.Exchange;

/// <summary>
/// The serving end of one stream: a loop that takes requests into a bounded queue, and one that answers them as fast
/// as the peer takes the answers. A block goes from the file into the stream's buffer in pieces, so a stream holds no
/// more than that buffer.
/// </summary>
internal sealed class Upload : IDisposable
{
    private const int PieceSize = 64 << 10;
    private const int MaxPieceUnflushed = 4 * PieceSize;

    private readonly ChunkStream _stream;
    private readonly BlobStore _store;
    private readonly ExchangeOptions _options;
    private readonly SemaphoreSlim _reads;
    private readonly WantQueue _wants;
    private readonly CancellationTokenSource _idle;

    public Upload(ChunkStream stream, BlobStore store, ExchangeOptions options, SemaphoreSlim reads)
    {
        _stream = stream;
        _store = store;
        _options = options;
        _reads = reads;
        _wants = new WantQueue(options.MaxQueuedWants);
        _idle = new CancellationTokenSource(options.IdleTimeout, options.Time);
    }

    /// <summary>Serves until the peer closes its side, or is idle for too long.</summary>
    /// <exception cref="MessageException">The peer broke the protocol.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _idle.Token);
        Task answering = AnswerAllAsync(stop.Token);
        Task taking = TakeAllAsync(stop.Token);
        try
        {
            // Whichever fails ends both; a peer that closed its side still gets what it asked for.
            await (await Task.WhenAny(taking, answering).ConfigureAwait(false)).ConfigureAwait(false);
            await answering.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_idle.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"The peer neither asked nor took anything for {_options.IdleTimeout.TotalSeconds:0} s.");
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await answering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await taking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _idle.Dispose();

    private async Task TakeAllAsync(CancellationToken cancellationToken)
    {
        using var messages = new MessageReader(_stream.Input);
        while (true)
        {
            var (block, message) = await messages.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (block is not null)
            {
                throw new MessageException("The peer sent a block on a stream that it opened for asking.");
            }

            if (message is null)
            {
                _wants.Complete();
                return;
            }

            Touch();
            Take(message);
        }
    }

    private void Take(ChunkMessage message)
    {
        switch (message.BodyCase)
        {
            case ChunkMessage.BodyOneofCase.HaveRequest:
                Add(message.HaveRequest.Root, isHave: true);
                break;
            case ChunkMessage.BodyOneofCase.Want:
                foreach (ByteString cid in message.Want.Cids)
                {
                    Add(cid, isHave: false);
                }

                break;
            case ChunkMessage.BodyOneofCase.Cancel:
                foreach (ByteString cid in message.Cancel.Cids)
                {
                    _wants.Cancel(Parse(cid));
                }

                break;
            default:
                throw new MessageException($"The peer sent {message.BodyCase} on a stream that it opened for asking.");
        }
    }

    private void Add(ByteString cid, bool isHave)
    {
        if (!_wants.TryAdd(Parse(cid), isHave))
        {
            throw new MessageException($"The peer asked for more than {_options.MaxQueuedWants} blocks ahead.");
        }
    }

    private static Cid Parse(ByteString cid) => Cid.TryParse(cid.Span, out Cid parsed)
        ? parsed
        : throw new MessageException("The peer asked for something that is no CID.");

    private async Task AnswerAllAsync(CancellationToken cancellationToken)
    {
        while (await _wants.TakeAsync(cancellationToken).ConfigureAwait(false) is { } wanted)
        {
            if (wanted.IsHave)
            {
                LengthPrefixed.Write(_stream.Output, new ChunkMessage { Have = Describe(wanted.Cid) });
            }
            else
            {
                await WriteBlockAsync(wanted.Cid, cancellationToken).ConfigureAwait(false);
            }

            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private Have Describe(Cid root)
    {
        var have = new Have { Root = ByteString.CopyFrom(root.ToBytes()) };
        if (_store.WhatIsHere(root) is { } here)
        {
            have.Extent = here.All ? Have.Types.Extent.All : Have.Types.Extent.Part;
            have.Leaves = here.Leaves is null ? ByteString.Empty : ByteString.CopyFrom(here.Leaves.ToBytes());
        }

        return have;
    }

    private async ValueTask WriteBlockAsync(Cid cid, CancellationToken cancellationToken)
    {
        if (!BlockHash.TryFrom(cid, out BlockHash hash) || !_store.TryLocate(hash, out StoredBlock block))
        {
            BlockMessage.WriteMissing(_stream.Output, cid);
            return;
        }

        BlockMessage.WriteHeader(_stream.Output, cid, block.Length);
        for (int at = 0; at < block.Length;)
        {
            int piece = Math.Min(MaxPieceUnflushed, block.Length - at);
            await ReadPieceAsync(block with { Offset = block.Offset + at, Length = piece }, cancellationToken)
                .ConfigureAwait(false);
            at += piece;
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // A turn lasts for one piece, and turns are given in the order of asking: so a peer with many streams or large
    // blocks gets no more of the disk than another, and one that takes nothing holds no turn.
    private async ValueTask ReadPieceAsync(StoredBlock piece, CancellationToken cancellationToken)
    {
        await _reads.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            for (int at = 0; at < piece.Length; at += PieceSize)
            {
                int length = Math.Min(PieceSize, piece.Length - at);
                Memory<byte> space = _stream.Output.GetMemory(length);
                if (!(piece with { Offset = piece.Offset + at, Length = length }).Read(space.Span[..length]))
                {
                    throw new IOException("A block's file is shorter than its index says.");
                }

                _stream.Output.Advance(length);
            }
        }
        catch (ObjectDisposedException removed)
        {
            throw new IOException("The blob was removed while it was being sent.", removed);
        }
        finally
        {
            _reads.Release();
        }
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await _stream.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
        Touch();
    }

    private void Touch() => _idle.CancelAfter(_options.IdleTimeout);
}
