using Infernet.Core.Identity;
using Infernet.Daemon.Jobs.Dispatch;

namespace Infernet.Daemon.Tests.Jobs.Dispatch;

/// <summary>A dispatcher stepped by hand: no network, no clock.</summary>
public abstract class DispatcherFixture
{
    private protected static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;
    private protected static readonly PeerId Alice = NodeIdentity.Generate().Id;
    private protected static readonly PeerId Bob = NodeIdentity.Generate().Id;
    private protected static readonly PeerId Carol = NodeIdentity.Generate().Id;

    private readonly HashSet<(PeerId Peer, long Shard)> _held = [];

    private protected List<DispatchAction> Log { get; } = [];

    private protected Dispatcher Dispatcher { get; set; } = null!;

    private protected DateTimeOffset Now { get; set; }

    [SetUp]
    public void SetUp()
    {
        Now = Start;
        Log.Clear();
        _held.Clear();
    }

    private protected void Make(int total, DispatchOptions options, int[]? done = null, int size = 1) =>
        Dispatcher = new Dispatcher(options, [.. Enumerable.Repeat(size, total)], done ?? [], 0, 0);

    private protected void Join(
        PeerId peer, int maxItems = 1_000, double itemsPerSecond = 10, TimeSpan? silence = null, long? credit = null) =>
        Step(new DispatchEvent.ProviderJoined(
            peer, maxItems, 4, itemsPerSecond, silence ?? TimeSpan.FromHours(1), credit));

    private protected void Deliver(DispatchAction.SendShard shard, int tokens = 1) =>
        Step(new DispatchEvent.ShardDelivered(
            shard.Peer, shard.Attempt, [.. shard.Items.Select(i => new DeliveredItem(i, tokens))]));

    private protected void RejectItems(PeerId peer, bool banned, int tokens, params int[] items) =>
        Step(new DispatchEvent.ItemsRejected(
            peer, [.. items.Select(i => new DeliveredItem(i, tokens))], "wrong answers", banned));

    private protected void Pass(TimeSpan time)
    {
        Now += time;
        Step(new DispatchEvent.Tick());
    }

    private protected void Step(DispatchEvent happened)
    {
        IReadOnlyList<DispatchAction> actions = Dispatcher.Advance(happened, Now);
        foreach (DispatchAction action in actions)
        {
            Hold(action);
        }

        Log.AddRange(actions);
    }

    // The protocol names shards by their id: a provider that has one must answer for it before it gets it again.
    private void Hold(DispatchAction action)
    {
        switch (action)
        {
            case DispatchAction.SendShard send:
                Assert.That(_held.Add((send.Peer, send.Attempt.Shard)), $"{send.Peer} has shard {send.Attempt} already");
                break;
            case DispatchAction.EndAttempt end:
                _held.Remove((end.Peer, end.Attempt.Shard));
                break;
            case DispatchAction.DropProvider drop:
                _held.RemoveWhere(h => h.Peer == drop.Peer);
                break;
        }
    }

    private protected IReadOnlyList<DispatchAction.SendShard> Sent(PeerId peer) =>
        [.. Log.OfType<DispatchAction.SendShard>().Where(s => s.Peer == peer)];

    private protected IReadOnlyList<int> Accepted() =>
        [.. Log.OfType<DispatchAction.EndAttempt>().SelectMany(e => e.Accepted)];

    private protected DispatchOutcome? Outcome() => Log.OfType<DispatchAction.Finish>().SingleOrDefault()?.Outcome;
}
