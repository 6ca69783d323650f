using System.Threading.Channels;
using Infernet.Core.Multiformats;

namespace Infernet.ContentStore.Exchange;

/// <summary>
/// What a peer asked for on one stream and was not answered yet, in order and bounded. One side adds, the other takes.
/// </summary>
internal sealed class WantQueue(int capacity)
{
    private readonly Channel<Wanted> _queue = Channel.CreateBounded<Wanted>(capacity);
    private readonly Lock _lock = new();
    private readonly Dictionary<Cid, Wanted> _waiting = [];

    /// <summary>Adds a request for a block, or (without one) for what is here of a file; false if there are too many.</summary>
    public bool TryAdd(Cid cid, bool isHave)
    {
        var wanted = new Wanted(cid, isHave);
        lock (_lock)
        {
            if (!isHave)
            {
                _waiting[cid] = wanted;
            }
        }

        return _queue.Writer.TryWrite(wanted);
    }

    /// <summary>Forgets a block that was asked for, if it was not taken yet.</summary>
    public void Cancel(Cid cid)
    {
        lock (_lock)
        {
            if (_waiting.Remove(cid, out Wanted? wanted))
            {
                wanted.IsCancelled = true;
            }
        }
    }

    public void Complete() => _queue.Writer.TryComplete();

    /// <summary>The next request; null when no more will come.</summary>
    public async ValueTask<Wanted?> TakeAsync(CancellationToken cancellationToken)
    {
        while (await _queue.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (_queue.Reader.TryRead(out Wanted? wanted))
            {
                lock (_lock)
                {
                    if (!wanted.IsCancelled)
                    {
                        _waiting.Remove(wanted.Cid);
                        return wanted;
                    }
                }
            }
        }

        return null;
    }

    internal sealed class Wanted(Cid cid, bool isHave)
    {
        public Cid Cid { get; } = cid;

        public bool IsHave { get; } = isHave;

        public bool IsCancelled { get; set; }
    }
}
