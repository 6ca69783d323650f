using Infernet.Core.Schemas.Kad;
using Infernet.Dht.Keys;
using Infernet.Dht.Protocol;
using Infernet.Dht.Routing;

namespace Infernet.Dht.Publishing;

/// <summary>
/// Sends one message to all of a few peers. The caller goes on once a majority has confirmed, since a reader asks more
/// than the minority; the slow rest goes on in the background.
/// </summary>
internal sealed class Spreader(KadClient client, RoutingKeeper keeper, BackgroundTasks tasks)
{
    /// <summary>
    /// Sends; returns when a majority has confirmed, or all have answered or failed. <paramref name="onDone"/> hears
    /// at the very end how many confirmed.
    /// </summary>
    public async Task<PublishResult> SpreadAsync(
        IReadOnlyList<KadPeer> targets, Message message, Action<int> onDone, CancellationToken cancellationToken)
    {
        if (targets.Count == 0)
        {
            onDone(0);
            return default;
        }

        var progress = new Progress(targets.Count, onDone);
        foreach (KadPeer target in targets)
        {
            _ = tasks.Run("publication", async stop =>
            {
                bool confirmed = false;
                try
                {
                    confirmed = await SendAsync(target, message, stop).ConfigureAwait(false);
                }
                finally
                {
                    progress.Note(confirmed);
                }
            });
        }

        using CancellationTokenSource ended =
            CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tasks.Stopping);
        int soFar = await progress.Enough.WaitAsync(ended.Token).ConfigureAwait(false);
        return new PublishResult(soFar, targets.Count);
    }

    private async Task<bool> SendAsync(KadPeer target, Message message, CancellationToken cancellationToken)
    {
        bool isPut = message.Type == Message.Types.MessageType.PutValue;
        KadReply reply = isPut
            ? await client.RequestAsync(target.Id, message, cancellationToken).ConfigureAwait(false)
            : await client.SendAsync(target.Id, message, cancellationToken).ConfigureAwait(false);
        if (reply.Failure is KadFailure.Unreachable or KadFailure.TimedOut)
        {
            keeper.Failed(target, reply.Failure);
        }

        // "as a response echoes the request": another value means that a better one is kept there.
        return !reply.IsFailure && (!isPut || reply.Answer!.Record?.Value == message.Record.Value);
    }

    private sealed class Progress(int targets, Action<int> onDone)
    {
        private readonly TaskCompletionSource<int> _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Lock _gate = new();
        private int _confirmed;
        private int _done;

        public Task<int> Enough => _enough.Task;

        public void Note(bool confirmed)
        {
            lock (_gate)
            {
                _done++;
                _confirmed += confirmed ? 1 : 0;
                if (_confirmed > targets / 2 || _done == targets)
                {
                    _enough.TrySetResult(_confirmed);
                }

                if (_done == targets)
                {
                    onDone(_confirmed);
                }
            }
        }
    }
}
