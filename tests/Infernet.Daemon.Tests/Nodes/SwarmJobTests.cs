using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Jobs;
using Infernet.Core.Receipts;
using Infernet.Daemon.Nodes;

namespace Infernet.Daemon.Tests.Nodes;

/// <summary>The whole path, in one process: nodes, a model that travels, and jobs over all of them.</summary>
[TestFixture]
public sealed class SwarmJobTests
{
    [Test]
    public async Task Job_OnNodeThatServesItself_AnswersInOrder()
    {
        await using var nodes = new TestNodes();
        Node alone = await nodes.StartServingAsync("alone");

        JobStatus submitted = await alone.Jobs.SubmitAsync(TestNodes.Job(24), CancellationToken.None);
        IReadOnlyList<JobResult> results = await TestNodes.ResultsAsync(alone, submitted.Id);

        AssertAnswers(results, 24);
        Assert.That(results.Select(r => r.Provider), Is.All.EqualTo(alone.Id.ToString()));
    }

    [Test]
    public async Task Job_OverThreeNodes_AnswersInOrderWithReceipts()
    {
        await using var nodes = new TestNodes();
        Node publisher = await nodes.StartServingAsync("publisher");
        Node second = await nodes.StartAsync("second");
        Node third = await nodes.StartAsync("third");
        string cid = publisher.Models.List()[0].Cid;
        await Task.WhenAll(TestNodes.PullModelAsync(second, cid), TestNodes.PullModelAsync(third, cid));

        JobSpecification job = TestNodes.Job(90, cid);
        JobStatus submitted = await third.Jobs.SubmitAsync(
            job with { Sharding = new ShardingSpecification { MinProviders = 3 } }, CancellationToken.None);
        IReadOnlyList<JobResult> results = await TestNodes.ResultsAsync(third, submitted.Id);
        JobStatus ended = await TestNodes.EndOfAsync(third, submitted.Id);

        AssertAnswers(results, 90);
        Assert.That(ended.State, Is.EqualTo("done"));
        Assert.That(ended.Providers.Where(p => p.Items > 0).Select(p => p.PeerId), Is.EquivalentTo(
            new[] { publisher.Id.ToString(), second.Id.ToString(), third.Id.ToString() }));
        AssertReceipts(third, submitted.Id, results);
    }

    [Test]
    public async Task Job_WhoseProviderLeavesInTheMiddle_AnswersEachInputOnce()
    {
        await using var nodes = new TestNodes();
        Node publisher = await nodes.StartServingAsync("publisher");
        Node second = await nodes.StartAsync("second");
        string cid = publisher.Models.List()[0].Cid;
        await TestNodes.PullModelAsync(second, cid);

        JobSpecification job = TestNodes.Job(200, cid);
        JobStatus submitted = await publisher.Jobs.SubmitAsync(
            job with { Sharding = new ShardingSpecification { MinProviders = 2, ShardSize = 4 } },
            CancellationToken.None);
        await TestNodes.EventAsync(
            publisher, submitted.Id, e => e.Type == "shard-done" && e.PeerId == second.Id.ToString());
        await nodes.StopAsync(second);

        AssertAnswers(await TestNodes.ResultsAsync(publisher, submitted.Id), 200);
    }

    private static void AssertAnswers(IReadOnlyList<JobResult> results, int count)
    {
        Assert.That(results.Select(r => r.Index), Is.EqualTo(Enumerable.Range(0, count)));
        Assert.That(results.Select(r => r.Id), Is.EqualTo(Enumerable.Range(0, count).Select(i => $"q{i}")));
        Assert.That(
            results.Select(r => r.Output),
            Is.EqualTo(Enumerable.Range(0, count).Select(i => TestNodes.Questions[i].Answer)));
    }

    private static void AssertReceipts(Node node, string id, IReadOnlyList<JobResult> results)
    {
        IReadOnlyList<ReceiptView> receipts = node.Jobs.Receipts(id);
        Assert.That(receipts.Select(r => r.Verified), Is.All.True);
        foreach (ReceiptView receipt in receipts)
        {
            byte[] envelope = Convert.FromBase64String(receipt.Envelope);
            Assert.That(ReceiptEnvelope.TryOpen(envelope, out _, out PeerId signer), Is.True);
            Assert.That(signer.ToString(), Is.EqualTo(receipt.Provider));
        }

        Assert.That(results.Select(r => r.Receipt).Distinct(), Is.SubsetOf(receipts.Select(r => r.Hash)));
    }
}
