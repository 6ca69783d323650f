using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Dht.Providers;
using Infernet.Dht.Tests.Records;

namespace Infernet.Dht.Tests.Network;

[CancelAfter(60_000)]
internal sealed class KademliaDhtTests
{
    private static readonly ProviderKey Model = ProviderKeys.Model(Cid.OfRaw("model"u8));

    [Test]
    public async Task TwentyNodes_ProvideAndPut_AreFoundByAll(CancellationToken cancellationToken)
    {
        await using LoopbackSwarm swarm = await LoopbackSwarm.StartAsync(20, null, cancellationToken);
        PublishResult provided = await swarm[3].Dht.ProvideAsync(Model, cancellationToken);
        PublishResult put = await swarm[7].Dht.PutValueAsync("/test/a", TestValidator.Value(1), cancellationToken);
        Assert.That(provided.Confirmed, Is.GreaterThan(provided.Targets / 2));
        Assert.That(put.Confirmed, Is.GreaterThan(put.Targets / 2));
        for (int i = 0; i < swarm.Count; i++)
        {
            PeerInfo[] found = await FindAsync(swarm[i], Model, 1, cancellationToken);
            Assert.That(found.Select(p => p.Id), i == 3 ? Is.Empty : Is.EqualTo(new[] { swarm[3].Host.Id }));
            Assert.That(i == 3 || found[0].Addresses.Count > 0, Is.True);
            Assert.That(
                await swarm[i].Dht.GetValueAsync("/test/a", cancellationToken), Is.EqualTo(TestValidator.Value(1)));
        }
    }

    [Test]
    public async Task FindPeer_NeverConnected_IsFoundWithItsAddress(CancellationToken cancellationToken)
    {
        await using LoopbackSwarm swarm = await LoopbackSwarm.StartAsync(5, null, cancellationToken);
        LoopbackNode client = await swarm.JoinAsync(
            LoopbackSwarm.Options with { Mode = DhtMode.Client }, cancellationToken);
        PeerInfo? found = await swarm[4].Dht.FindPeerAsync(client.Host.Id, cancellationToken);
        Assert.That(found!.Addresses, Does.Contain(client.Host.ListenAddresses[0]));
        Assert.That(
            await swarm[4].Dht.FindPeerAsync(NodeIdentity.Generate().Id, cancellationToken), Is.Null);
    }

    [Test]
    public async Task Client_UsesTheNetworkButStandsInNoTable(CancellationToken cancellationToken)
    {
        await using LoopbackSwarm swarm = await LoopbackSwarm.StartAsync(4, null, cancellationToken);
        LoopbackNode client = await swarm.JoinAsync(
            LoopbackSwarm.Options with { Mode = DhtMode.Client }, cancellationToken);
        await client.Dht.PutValueAsync("/test/client", TestValidator.Value(1), cancellationToken);
        await client.Dht.ProvideAsync(Model, cancellationToken);
        Assert.That(
            await swarm[1].Dht.GetValueAsync("/test/client", cancellationToken), Is.EqualTo(TestValidator.Value(1)));
        PeerInfo[] providers = await FindAsync(swarm[2], Model, 1, cancellationToken);
        Assert.That(providers.Single().Id, Is.EqualTo(client.Host.Id));
        IReadOnlyList<PeerInfo> closest =
            await swarm[1].Dht.FindClosestAsync(client.Host.Id.ToBytes(), cancellationToken);
        Assert.That(closest.Select(p => p.Id), Does.Not.Contain(client.Host.Id));
        Assert.That(client.Dht.Statistics.Mode, Is.EqualTo(DhtMode.Client));
        Assert.That(client.Dht.Statistics.RequestsServed, Is.Zero);
    }

    [Test]
    public async Task BecomeServer_AfterJoining_IsFoundByOthers(CancellationToken cancellationToken)
    {
        await using LoopbackSwarm swarm = await LoopbackSwarm.StartAsync(3, null, cancellationToken);
        LoopbackNode node = await swarm.JoinAsync(
            LoopbackSwarm.Options with { Mode = DhtMode.Client }, cancellationToken);
        node.Dht.BecomeServer();
        node.Dht.BecomeServer();
        LoopbackNode late = await swarm.JoinAsync(LoopbackSwarm.Options, cancellationToken);
        await node.Host.ConnectAsync(late.Address, cancellationToken);
        await UntilAsync(
            async () => (await late.Dht.FindClosestAsync(node.Host.Id.ToBytes(), cancellationToken))
                .Any(p => p.Id == node.Host.Id));
    }

    [Test]
    public async Task LonelyNode_PublishesWithoutError_AndIsFoundByWhoComesLater(CancellationToken cancellationToken)
    {
        await using LoopbackSwarm swarm = await LoopbackSwarm.StartAsync(1, null, cancellationToken);
        Assert.That(await swarm[0].Dht.ProvideAsync(Model, cancellationToken), Is.EqualTo(default(PublishResult)));
        Assert.That(
            await swarm[0].Dht.PutValueAsync("/test/a", TestValidator.Value(1), cancellationToken),
            Is.EqualTo(default(PublishResult)));
        Assert.That(await FindAsync(swarm[0], Model, 5, cancellationToken), Is.Empty);
        Assert.That(await swarm[0].Dht.GetValueAsync("/test/none", cancellationToken), Is.Null);
        LoopbackNode late = await swarm.JoinAsync(LoopbackSwarm.Options, cancellationToken);
        Assert.That(
            (await FindAsync(late, Model, 5, cancellationToken)).Single().Id, Is.EqualTo(swarm[0].Host.Id));
        Assert.That(
            await late.Dht.GetValueAsync("/test/a", cancellationToken), Is.EqualTo(TestValidator.Value(1)));
    }

    [Test]
    public async Task Bootstrap_NobodyThere_IsZeroAndLaterTriedAgain(CancellationToken cancellationToken)
    {
        var time = new FakeTime();
        LoopbackNode gone = await LoopbackNode.StartBareAsync();
        Multiaddr dead = gone.Address;
        await gone.DisposeAsync();
        await using LoopbackNode node = await LoopbackNode.StartAsync(LoopbackSwarm.Options with { Time = time });
        await using LoopbackNode other = await LoopbackNode.StartAsync(LoopbackSwarm.Options);
        Assert.That(await node.Dht.BootstrapAsync([dead, node.Address], cancellationToken), Is.Zero);
        Assert.That(await node.Dht.BootstrapAsync([dead, other.Address], cancellationToken), Is.EqualTo(1));

        // The other one goes, and the node forgets it; when it is back, the node's retry finds it.
        await other.Dht.DisposeAsync();
        await UntilAsync(async () =>
        {
            await node.Dht.FindClosestAsync(new byte[] { 1 }, cancellationToken);
            return node.Dht.Statistics.RoutingTableSize == 0;
        });
        await using KademliaDht again = await KademliaDht.StartAsync(
            other.Host, LoopbackSwarm.Options, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance,
            cancellationToken);
        await UntilAsync(async () =>
        {
            time.Advance(LoopbackSwarm.Options.BootstrapRetryInterval);
            await node.Host.ConnectAsync(other.Address, cancellationToken);
            return (await node.Dht.FindClosestAsync(new byte[] { 1 }, cancellationToken)).Count == 1;
        });
    }

    [Test]
    public async Task Churn_FortyPercentLeave_WhatWasPublishedStays(CancellationToken cancellationToken)
    {
        await using LoopbackSwarm swarm = await LoopbackSwarm.StartAsync(20, null, cancellationToken);
        LoopbackNode provider = swarm[1];
        await provider.Dht.ProvideAsync(Model, cancellationToken);
        await provider.Dht.PutValueAsync("/test/a", TestValidator.Value(1), cancellationToken);
        for (int i = 0; i < 8; i++)
        {
            await swarm.LeaveAsync(swarm[5]);
        }

        LoopbackNode newcomer = await swarm.JoinAsync(LoopbackSwarm.Options, cancellationToken);
        foreach (LoopbackNode reader in new[] { newcomer, swarm[0], swarm[8] })
        {
            Assert.That(
                (await FindAsync(reader, Model, 1, cancellationToken)).Single().Id, Is.EqualTo(provider.Host.Id));
            Assert.That(
                await reader.Dht.GetValueAsync("/test/a", cancellationToken), Is.EqualTo(TestValidator.Value(1)));
        }
    }

    [Test]
    public async Task PutValue_NewerOne_WinsEverywhere(CancellationToken cancellationToken)
    {
        await using LoopbackSwarm swarm = await LoopbackSwarm.StartAsync(6, null, cancellationToken);
        await swarm[0].Dht.PutValueAsync("/test/a", TestValidator.Value(1), cancellationToken);
        await swarm[1].Dht.PutValueAsync("/test/a", TestValidator.Value(2), cancellationToken);
        for (int i = 0; i < swarm.Count; i++)
        {
            Assert.That(
                await swarm[i].Dht.GetValueAsync("/test/a", cancellationToken), Is.EqualTo(TestValidator.Value(2)));
        }
    }

    [Test]
    public async Task PutValue_Refusable_ThrowsAndSaysWhy(CancellationToken cancellationToken)
    {
        await using LoopbackNode node = await LoopbackNode.StartAsync(LoopbackSwarm.Options);
        Assert.That(
            () => node.Dht.PutValueAsync("/test/a", "x"u8.ToArray(), cancellationToken),
            Throws.ArgumentException.With.Message.Contains("no number"));
        Assert.That(
            () => node.Dht.PutValueAsync("/none/a", TestValidator.Value(1), cancellationToken),
            Throws.ArgumentException.With.Message.Contains("namespace"));
        Assert.That(
            () => node.Dht.GetValueAsync("/none/a", cancellationToken),
            Throws.ArgumentException.With.Message.Contains("namespace"));
    }

    [Test]
    public async Task GetValue_SomeHoldAnOlderValue_CorrectsThem(CancellationToken cancellationToken)
    {
        await using LoopbackSwarm swarm = await LoopbackSwarm.StartAsync(
            4, LoopbackSwarm.Options with { Quorum = 4 }, cancellationToken);
        byte[] key = "/test/a"u8.ToArray();
        await swarm[0].Dht.PutValueAsync(key, TestValidator.Value(1), cancellationToken);
        await using LoopbackNode outsider = await LoopbackNode.StartBareAsync();
        await outsider.AskAsync(
            swarm[3], Dht.Protocol.Requests.PutValue(key, TestValidator.Value(2)), cancellationToken);
        Assert.That(await swarm[1].Dht.GetValueAsync(key, cancellationToken), Is.EqualTo(TestValidator.Value(2)));
        for (int i = 0; i < swarm.Count; i++)
        {
            LoopbackNode holder = swarm[i];
            await UntilAsync(async () =>
            {
                var answer = await outsider.AskAsync(holder, Dht.Protocol.Requests.GetValue(key), cancellationToken);
                return answer!.Record?.Value.Span.SequenceEqual(TestValidator.Value(2)) == true;
            });
        }
    }

    [Test]
    public async Task FindProviders_CallerStopsEarly_EndsTheSearch(CancellationToken cancellationToken)
    {
        await using LoopbackSwarm swarm = await LoopbackSwarm.StartAsync(6, null, cancellationToken);
        for (int i = 0; i < 4; i++)
        {
            await swarm[i].Dht.ProvideAsync(Model.Root, cancellationToken);
        }

        await foreach (PeerInfo _ in swarm[5].Dht.FindProvidersAsync(Model, 10, cancellationToken))
        {
            break;
        }

        Assert.That(await FindAsync(swarm[5], Model, 10, cancellationToken), Has.Length.EqualTo(4));
        Assert.That(await FindAsync(swarm[5], Model, 2, cancellationToken), Has.Length.EqualTo(2));
        Assert.That(swarm[5].Dht.Statistics.LookupsInFlight, Is.Zero);
    }

    [Test]
    public async Task Provide_HotName_SpreadsOverBucketsAndIsStillFound(CancellationToken cancellationToken)
    {
        DhtOptions options = LoopbackSwarm.Options with { SplitThreshold = 3 };
        await using LoopbackSwarm swarm = await LoopbackSwarm.StartAsync(10, options, cancellationToken);
        for (int i = 0; i < 9; i++)
        {
            await swarm[i].Dht.ProvideAsync(Model, cancellationToken);
        }

        PeerInfo[] all = await FindAsync(swarm[9], Model, 100, cancellationToken);
        Assert.That(all.Select(p => p.Id), Is.EquivalentTo(Enumerable.Range(0, 9).Select(i => swarm[i].Host.Id)));

        // A majority has confirmed before the next one looked, so at most a few more than the threshold fit in.
        await using LoopbackNode outsider = await LoopbackNode.StartBareAsync();
        var root = await outsider.AskAsync(
            swarm[9], Dht.Protocol.Requests.GetProviders(Model.Root.Bytes.Span), cancellationToken);
        Assert.That(root!.ProviderPeers, Has.Count.LessThan(9));
    }

    [Test]
    public async Task StopProviding_NodeNoLongerNamesItself(CancellationToken cancellationToken)
    {
        await using LoopbackSwarm swarm = await LoopbackSwarm.StartAsync(2, null, cancellationToken);
        await swarm[0].Dht.ProvideAsync(Model, cancellationToken);
        swarm[0].Dht.StopProviding(Model);
        Assert.That(swarm[0].Dht.Statistics.Publications, Is.Zero);
        Assert.That(swarm[0].Dht.Statistics.ProviderRecords, Is.Zero);
    }

    [Test]
    public async Task Dispose_WithWorkUnderWay_EndsIt(CancellationToken cancellationToken)
    {
        await using LoopbackSwarm swarm = await LoopbackSwarm.StartAsync(5, null, cancellationToken);
        Task[] work =
        [
            .. Enumerable.Range(0, 50).Select(i =>
                (Task)swarm[1].Dht.PutValueAsync($"/test/{i}", TestValidator.Value(1), cancellationToken)),
        ];
        await swarm[1].Dht.DisposeAsync();
        await swarm[1].Dht.DisposeAsync();
        try
        {
            await Task.WhenAll(work);
        }
        catch (OperationCanceledException)
        {
        }

        Assert.That(work.All(w => w.IsCompletedSuccessfully || w.IsCanceled), Is.True);
        Assert.That(
            () => swarm[1].Dht.FindClosestAsync(new byte[1], cancellationToken),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(
            () => FindAsync(swarm[1], Model, 1, cancellationToken), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(
            () => swarm[1].Dht.ProvideAsync(Model, cancellationToken), Throws.InstanceOf<OperationCanceledException>());
    }

    private static async Task<PeerInfo[]> FindAsync(
        LoopbackNode node, ProviderKey key, int limit, CancellationToken cancellationToken)
    {
        var found = new List<PeerInfo>();
        await foreach (PeerInfo provider in node.Dht.FindProvidersAsync(key, limit, cancellationToken))
        {
            found.Add(provider);
        }

        return [.. found];
    }

    /// <summary>Asks again until the answer is yes; each question goes over the network, the test's time-out ends it.</summary>
    private static async Task UntilAsync(Func<Task<bool>> question)
    {
        while (!await question())
        {
        }
    }
}
