using System.Collections.Concurrent;
using System.Threading.Channels;
using Google.Protobuf;
using Infernet.ContentStore.Dag;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas.Chunks;
using Infernet.Libp2p.Messages;

namespace Infernet.ContentStore.Exchange;

/// <summary>
/// One provider in a fetch: opens a stream, sends what it is told to, checks and stores what comes, and tells the
/// fetch's loop. Ends by itself on the first thing that is wrong; why stands in <see cref="Failure"/>.
/// </summary>
internal sealed class PeerLink : IAsyncDisposable
{
    private const int MaxUnsentMessages = 256;

    /// <summary>How many blocks that were no longer wanted are remembered, since they may be on their way.</summary>
    private const int MaxCancelled = 4_096;

    private readonly Cid _root;
    private readonly ChunkExchange.StreamOpener _open;
    private readonly ChannelWriter<FetchEvent> _events;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<BlockHash, (FetchPhase Phase, int Item)> _wanted = [];
    private readonly ConcurrentDictionary<BlockHash, bool> _cancelled = [];
    private readonly Channel<ChunkMessage> _outgoing = Channel.CreateBounded<ChunkMessage>(MaxUnsentMessages);
    private Task _running = Task.CompletedTask;
    private long _openedAt = -1;
    private long _lastByteAt;
    private long _bytes;
    private int _haveRequests;
    private volatile bool _isStoring;

    public PeerLink(
        int id, PeerId peer, Cid root, ChunkExchange.StreamOpener open, ChannelWriter<FetchEvent> events, TimeProvider time)
    {
        Id = id;
        Peer = peer;
        _root = root;
        _open = open;
        _events = events;
        _time = time;
        _lastByteAt = time.GetTimestamp();
    }

    public int Id { get; }

    public PeerId Peer { get; }

    /// <summary>What the peer said last; null until it said something.</summary>
    public Have? Have { get; private set; }

    /// <summary>When the stream was opened, as the clock's timestamp; negative until it is.</summary>
    public long OpenedAt => Volatile.Read(ref _openedAt);

    /// <summary>When a byte came last, as the clock's timestamp. While our own disk keeps it waiting, that is now.</summary>
    public long LastByteAt => _isStoring ? _time.GetTimestamp() : Volatile.Read(ref _lastByteAt);

    /// <summary>Bytes of blocks that were wanted, came and were right.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Why it ended; null while it runs, or if the fetch ended it.</summary>
    public string? Failure { get; private set; }

    /// <summary>Whether it ended because the peer broke the rules.</summary>
    public bool Misbehaved { get; private set; }

    public PeerOutcome Outcome => new(Peer, Bytes, Failure, Misbehaved);

    public void Start() => _running = Task.Run(RunAsync);

    public void Want(FetchPhase phase, IReadOnlyList<int> items)
    {
        var want = new Want();
        foreach (int item in items)
        {
            Cid cid = phase.CidOf(item);
            BlockHash.TryFrom(cid, out BlockHash hash);
            _cancelled.TryRemove(hash, out _);
            _wanted[hash] = (phase, item);
            want.Cids.Add(ByteString.CopyFrom(cid.ToBytes()));
        }

        Send(new ChunkMessage { Want = want });
    }

    public void Cancel(FetchPhase phase, int item)
    {
        Cid cid = phase.CidOf(item);
        BlockHash.TryFrom(cid, out BlockHash hash);
        Retire(hash);
        Send(new ChunkMessage { Cancel = new Cancel { Cids = { ByteString.CopyFrom(cid.ToBytes()) } } });
    }

    public void AskHave()
    {
        Interlocked.Increment(ref _haveRequests);
        Send(new ChunkMessage { HaveRequest = new HaveRequest { Root = ByteString.CopyFrom(_root.ToBytes()) } });
    }

    /// <summary>Ends the link for a reason that the fetch found.</summary>
    public void GiveUp(string reason, bool misbehaved = false)
    {
        Fail(reason, misbehaved);
        _stop.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await using ChunkStream stream = await _open(Peer, _stop.Token).ConfigureAwait(false);
            Volatile.Write(ref _openedAt, _time.GetTimestamp());
            AskHave();
            Task sending = SendAllAsync(stream);
            try
            {
                await ReceiveAllAsync(stream).ConfigureAwait(false);
            }
            finally
            {
                _outgoing.Writer.TryComplete();
                await _stop.CancelAsync().ConfigureAwait(false);
                await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (ContentException broken)
        {
            _events.TryWrite(new FetchEvent.Broken(broken));
        }
        catch (MessageException broken)
        {
            Fail(broken.Message, misbehaved: true);
        }
        catch (IOException failed)
        {
            Fail(failed.Message, misbehaved: false);
        }
        catch (OperationCanceledException)
        {
            Fail("the fetch ended first", misbehaved: false);
        }
        catch (Exception unexpected)
        {
            _events.TryWrite(new FetchEvent.Broken(unexpected));
        }
        finally
        {
            _events.TryWrite(new FetchEvent.Ended(this));
        }
    }

    private async Task SendAllAsync(ChunkStream stream)
    {
        try
        {
            await foreach (ChunkMessage message in _outgoing.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                await LengthPrefixed.WriteAsync(stream.Output, message, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (IOException failed)
        {
            GiveUp(failed.Message);
        }
    }

    private async Task ReceiveAllAsync(ChunkStream stream)
    {
        using var messages = new MessageReader(
            stream.Input, _ => Volatile.Write(ref _lastByteAt, _time.GetTimestamp()));
        while (true)
        {
            var (block, other) = await messages.ReadAsync(_stop.Token).ConfigureAwait(false);
            if (block is { } received)
            {
                OnBlock(received);
            }
            else if (other is null)
            {
                throw new IOException("the peer closed the stream");
            }
            else if (other.BodyCase == ChunkMessage.BodyOneofCase.Have)
            {
                OnHave(other.Have);
            }
            else
            {
                throw new MessageException($"it sent {other.BodyCase} on a stream on which it was to answer");
            }
        }
    }

    private void OnHave(Have have)
    {
        if (Interlocked.Decrement(ref _haveRequests) < 0 || !have.Root.Span.SequenceEqual(_root.ToBytes()))
        {
            throw new MessageException("it said what it has of a file without being asked for that");
        }

        if (have.Extent == Have.Types.Extent.Nothing)
        {
            throw new IOException("it does not have this file");
        }

        Have = have;
        _events.TryWrite(new FetchEvent.Have(this));
    }

    private void OnBlock(BlockMessage block)
    {
        if (!_wanted.TryRemove(block.Hash, out (FetchPhase Phase, int Item) want))
        {
            // A cancel and its block may cross on the way; anything else nobody asked for.
            if (!_cancelled.TryRemove(block.Hash, out _))
            {
                throw new MessageException($"it sent a block that was not asked for ({block.Hash.ToCid(Multicodec.Raw)})");
            }

            return;
        }

        if (block.IsMissing)
        {
            _events.TryWrite(new FetchEvent.Lacking(this, want.Phase, want.Item));
            return;
        }

        if (!BlockHash.Of(block.Data.Span).Equals(block.Hash))
        {
            throw new MessageException(
                $"it sent a wrong block for {want.Phase.CidOf(want.Item)}: {block.Data.Length} bytes with another hash");
        }

        _isStoring = true;
        want.Phase.Store(want.Item, block.Data.Span);
        Volatile.Write(ref _lastByteAt, _time.GetTimestamp());
        _isStoring = false;
        Interlocked.Add(ref _bytes, block.Data.Length);
        _events.TryWrite(new FetchEvent.Delivered(this, want.Phase, want.Item, block.Data.Length));
    }

    private void Retire(BlockHash hash)
    {
        if (_wanted.TryRemove(hash, out _))
        {
            _cancelled[hash] = true;
            if (_cancelled.Count > MaxCancelled)
            {
                GiveUp("it owes too many blocks that were cancelled");
            }
        }
    }

    private void Send(ChunkMessage message)
    {
        if (!_outgoing.Writer.TryWrite(message) && !_stop.IsCancellationRequested)
        {
            GiveUp("it takes no more requests");
        }
    }

    private void Fail(string reason, bool misbehaved)
    {
        // The first reason is the true one; what follows is its echo.
        if (Failure is null)
        {
            Failure = reason;
            Misbehaved = misbehaved;
        }
    }
}
