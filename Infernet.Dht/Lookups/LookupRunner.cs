using System.Threading.Channels;
using Infernet.Core.Schemas.Kad;
using Infernet.Dht.Keys;
using Infernet.Dht.Protocol;
using Infernet.Dht.Routing;

namespace Infernet.Dht.Lookups;

/// <summary>
/// Drives look-ups over the network: sends one message to whom the <see cref="Lookup"/> says, and tells it what came
/// back. Requests that are still open when a look-up ends go on in the background until their own time-out, so that
/// their streams can be used again and the routing table learns from them. Thread-safe.
/// </summary>
internal sealed class LookupRunner(
    RoutingTable table, RoutingKeeper keeper, KadClient client, PeerCodec codec, BackgroundTasks tasks,
    DhtOptions options)
{
    private readonly LookupOptions _lookupOptions = new()
    {
        K = options.K,
        Alpha = options.Alpha,
        Resiliency = options.Resiliency,
        Paths = options.Paths,
        SlowAfter = options.SlowAfter,
        MaxInFlight = Math.Max(4 * options.Alpha, options.K),
        MaxRequests = Math.Max(10 * options.K, 50),
        MaxCandidates = Math.Max(15 * options.K, 100),
    };

    private int _inFlight;

    /// <summary>How many look-ups are under way.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Looks for the closest peers to a point.</summary>
    public Task<LookupResult> FindClosestAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken) =>
        RunAsync(Requests.FindNode(key.Span), static (_, _) => false, cancellationToken);

    /// <summary>
    /// Sends a request to ever closer peers. <paramref name="onAnswer"/> sees each answer, one at a time, and returns
    /// whether that was enough.
    /// </summary>
    public async Task<LookupResult> RunAsync(
        Message request, Func<KadPeer, Message, bool> onAnswer, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _inFlight);
        try
        {
            using var deadline = new CancellationTokenSource(options.LookupTimeout, options.Time);
            using CancellationTokenSource ended =
                CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token, tasks.Stopping);
            try
            {
                return await DriveAsync(request, onAnswer, ended.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (
                deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"The look-up did not end within {options.LookupTimeout}.");
            }
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private async Task<LookupResult> DriveAsync(
        Message request, Func<KadPeer, Message, bool> onAnswer, CancellationToken cancellationToken)
    {
        KadKey target = KadKey.Of(request.Key.Span);
        table.MarkRefreshed(target);
        var lookup = new Lookup(
            table.Self, target, table.Closest(target, _lookupOptions.K), _lookupOptions, options.Time);

        var heard = new HeardPeers(codec, options.Messages);

        // Holds at most one entry per request in flight, and the timer's.
        var replies = Channel.CreateUnbounded<Reply>(new UnboundedChannelOptions { SingleReader = true });
        using ITimer poll = options.Time.CreateTimer(
            _ => replies.Writer.TryWrite(default), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        LookupEvent happened = LookupEvent.Poll;
        while (true)
        {
            LookupStep step = lookup.Advance(happened);
            happened = LookupEvent.Poll;
            switch (step.Kind)
            {
                case LookupStepKind.Ask:
                    keeper.Heard(step.Peer.Id, heard.AddressesOf(step.Peer));
                    _ = tasks.Run("look-up request", stop => AskAsync(step.Peer, request, replies.Writer, stop));
                    break;

                case LookupStepKind.Wait:
                    if (step.PollAfter is { } after)
                    {
                        poll.Change(after, Timeout.InfiniteTimeSpan);
                    }

                    Reply reply = await replies.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                    happened = Interpret(reply, heard, onAnswer);
                    break;

                default:
                    return new LookupResult(lookup.Closest, lookup.Requests, lookup.Failures);
            }
        }
    }

    private static LookupEvent Interpret(
        Reply reply, HeardPeers heard, Func<KadPeer, Message, bool> onAnswer)
    {
        if (reply.Peer.Id is null)
        {
            return LookupEvent.Poll;
        }

        if (reply.Answer is not { } answer)
        {
            return LookupEvent.Failure(reply.Peer.Key);
        }

        return onAnswer(reply.Peer, answer)
            ? LookupEvent.Cancel
            : LookupEvent.Response(reply.Peer.Key, heard.Take(answer.CloserPeers));
    }

    private async Task AskAsync(
        KadPeer peer, Message request, ChannelWriter<Reply> replies, CancellationToken cancellationToken)
    {
        KadReply reply = await client.RequestAsync(peer.Id, request, cancellationToken).ConfigureAwait(false);
        if (reply.Answer is not null)
        {
            keeper.Answered(peer);
        }
        else
        {
            keeper.Failed(peer, reply.Failure);
        }

        replies.TryWrite(new Reply(peer, reply.Answer));
    }

    private readonly record struct Reply(KadPeer Peer, Message? Answer);
}
