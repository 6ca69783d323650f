using Infernet.Core.Identity;
using Infernet.Core.Tests.Evidence;
using Infernet.Daemon.Nodes;
using Infernet.Daemon.Tests.Nodes;

namespace Infernet.Daemon.Tests.Reputation;

[TestFixture]
public sealed class EvidenceTopicTests
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    [Test]
    public async Task OwnFact_ReachesTheOtherNode_AndStaysWithItAcrossARestart()
    {
        await using var nodes = new TestNodes();
        Node one = await nodes.StartAsync("one");
        Node other = await nodes.StartAsync("other");
        var heard = new TaskCompletionSource<PeerId>(TaskCreationOptions.RunContinuationsAsynchronously);
        other.Reputation.Changed += peer => heard.TrySetResult(peer);
        NodeIdentity identity = KeyFile.LoadOrCreate(Path.Combine(nodes.HomeOf("one"), "identity.key"), null);

        // What is told before the other side has subscribed is lost, as anything told to nobody is.
        for (ulong shard = 0; shard < 15 && !heard.Task.IsCompleted; shard++)
        {
            var made = new TestEvidence
            {
                Aggregator = identity, Auditor = identity, Shard = shard,
                FinishedAt = DateTimeOffset.UtcNow.AddMinutes(-1),
            };
            await one.Reputation.RecordOwnAsync(made.Verdict(), CancellationToken.None);
            await heard.Task.WaitAsync(Between).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        Assert.That(heard.Task.IsCompleted, Is.True);
        Assert.That(await heard.Task, Is.EqualTo(TestEvidence.Identity(1).Id));
        Assert.That(other.Reputation.FactCount, Is.Positive);
        await nodes.StopAsync(other);
        Assert.That((await nodes.StartAsync("other")).Reputation.FactCount, Is.Positive);
    }
}
