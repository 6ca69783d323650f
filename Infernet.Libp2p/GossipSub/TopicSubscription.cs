namespace Infernet.Libp2p.GossipSub;

/// <summary>A subscription to a topic; disposing of it unsubscribes, and waits for validators under way.</summary>
public sealed class TopicSubscription : IAsyncDisposable
{
    private readonly Func<Task> _end;

    internal TopicSubscription(string topic, Func<Task> end) => (Topic, _end) = (topic, end);

    public string Topic { get; }

    public async ValueTask DisposeAsync() => await _end().ConfigureAwait(false);
}
