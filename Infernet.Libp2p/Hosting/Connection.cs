using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.Yamux;

namespace Infernet.Libp2p.Hosting;

/// <summary>A secured, multiplexed connection to a proven peer.</summary>
internal sealed class Connection(YamuxSession session, Multiaddr remoteAddress, bool isDialer)
{
    private readonly TaskCompletionSource _identified = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isPushing;
    private int _handlers;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public YamuxSession Session => session;

    public PeerId Remote => session.Remote;

    /// <summary>Where the peer is, as the socket sees it; without the peer at the end.</summary>
    public Multiaddr RemoteAddress => remoteAddress;

    /// <summary>Whether this side dialed.</summary>
    public bool IsDialer => isDialer;

    /// <summary>Whether another connection to the same peer took its place; it closes once it is idle.</summary>
    public bool IsRetired { get; set; }

    /// <summary>The version of our Identify answer that the peer has; 0 if it has none.</summary>
    public int ToldVersion { get; set; }

    /// <summary>Ends when the peer has said who it is, or will not.</summary>
    public Task Identified => _identified.Task;

    /// <summary>Ends when the connection is closed, forgotten, and told to be gone.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Counts connections in the order in which they were made.</summary>
    public long Number { get; init; }

    /// <summary>Says go-away, closes, and waits until nobody knows the connection any more.</summary>
    public async Task CloseAsync(string reason)
    {
        await session.CloseAsync(GoAwayCode.Normal, reason).ConfigureAwait(false);
        await Closed.ConfigureAwait(false);
    }

    public void EndIdentify() => _identified.TrySetResult();

    /// <summary>
    /// Counts a handler in; false if so many run already. A stream that its peer has reset counts no more, but its
    /// handler does until it has noticed: else opening and resetting would start handlers without end.
    /// </summary>
    public bool TryBeginHandler(int limit)
    {
        if (Interlocked.Increment(ref _handlers) <= limit)
        {
            return true;
        }

        EndHandler();
        return false;
    }

    public void EndHandler() => Interlocked.Decrement(ref _handlers);

    /// <summary>Takes the turn to push Identify; false if somebody has it.</summary>
    public bool TryBeginPush() => Interlocked.Exchange(ref _isPushing, 1) == 0;

    public void EndPush() => Volatile.Write(ref _isPushing, 0);

    public void SetClosed() => _closed.TrySetResult();
}
