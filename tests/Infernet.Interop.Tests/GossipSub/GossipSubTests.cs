using Infernet.Interop.Tests.Peers;
using Infernet.Libp2p.GossipSub;

namespace Infernet.Interop.Tests.GossipSub;

/// <summary>Our GossipSub and js-libp2p's in one mesh.</summary>
[TestFixture]
public sealed class GossipSubTests
{
    // How js scores what it gets, for it scores nothing by default.
    private static readonly object Scoring = new
    {
        topics = new Dictionary<string, object>
        {
            [GossipNode.Topic] = new
            {
                topicWeight = 1,
                invalidMessageDeliveriesWeight = -10,
                invalidMessageDeliveriesDecay = 0.9,
                meshMessageDeliveriesWeight = 0,
                meshFailurePenaltyWeight = 0,
            },
        },
        behaviourPenaltyWeight = -10,
        behaviourPenaltyDecay = 0.99,
    };

    private readonly List<IAsyncDisposable> _started = [];

    [SetUp]
    public void SetUp() => _started.Clear();

    [TearDown]
    public async Task StopAll()
    {
        foreach (IAsyncDisposable started in Enumerable.Reverse(_started))
        {
            await started.DisposeAsync();
        }
    }

    [Test]
    public async Task Message_AlteredByTheirs_IsRefusedAndBlamed()
    {
        GossipNode ours = await OursAsync();
        JsPeer theirs = await TheirsAsync();
        await MeshAsync(ours, theirs);
        await theirs.PublishAsync([1, 2, 3], "publishAltered");
        await GossipNode.UntilAsync(() => ours.Service.ScoreOf(theirs.Id) < 0);

        Assert.That(ours.Service.Statistics.Delivered, Is.Zero);
    }

    [Test]
    public async Task Message_UnsignedByTheirs_IsRefusedAndBlamed()
    {
        GossipNode ours = await OursAsync();
        JsPeer theirs = Own(await JsPeer.StartAsync(
            new { gossip = new { globalSignaturePolicy = "StrictNoSign", msgIdFn = (object?)null } }));
        await theirs.SubscribeAsync();
        await MeshAsync(ours, theirs);
        await theirs.PublishAsync([1, 2, 3]);
        await GossipNode.UntilAsync(() => ours.Service.ScoreOf(theirs.Id) < 0);

        Assert.That(ours.Service.Statistics.Delivered, Is.Zero);
    }

    [TestCase(1)]
    [TestCase(1_024)]
    [TestCase(100_000)]
    [TestCase(1_048_000)]
    public async Task Message_OfAnySize_TravelsBothWays(int size)
    {
        GossipNode ours = await OursAsync();
        JsPeer theirs = await TheirsAsync();
        await MeshAsync(ours, theirs);
        byte[] data = new byte[size];
        new Random(size).NextBytes(data);

        await ours.PublishAsync(data);
        Assert.That(await theirs.ReceiveAsync(), Is.EqualTo((ours.Id, data)));
        data[0]++;
        await theirs.PublishAsync(data);
        GossipMessage received = await ours.ReceiveAsync();
        Assert.That(received.From, Is.EqualTo(theirs.Id));
        Assert.That(received.Data.ToArray(), Is.EqualTo(data));
    }

    [TestCase("/meshsub/1.0.0")]
    [TestCase("/floodsub/1.0.0")]
    public async Task Message_ToAndFromAnOlderProtocol_IsDelivered(string protocol)
    {
        GossipNode ours = await OursAsync();
        JsPeer theirs = await TheirsAsync(new { protocols = new[] { protocol } });
        await ours.DialAsync(theirs);
        await ours.AwaitSubscriberAsync(theirs.Id);
        await theirs.AwaitSubscriberAsync(ours.Id);
        await ours.PublishAsync([1]);
        await theirs.PublishAsync([2]);

        await ExpectAsync(1, [], [theirs]);
        await ExpectAsync(2, [ours], []);
    }

    // ours 0 - js 0 - ours 1 - js 1 - ours 2: neighbours are always of the other kind.
    [Test]
    public async Task Messages_AlongAChainOfBothKinds_ReachEverybody()
    {
        GossipNode[] ours = [await OursAsync(), await OursAsync(), await OursAsync()];
        JsPeer[] theirs = [await TheirsAsync(), await TheirsAsync()];
        for (int i = 0; i < theirs.Length; i++)
        {
            await MeshAsync(ours[i], theirs[i]);
            await MeshAsync(ours[i + 1], theirs[i], theyDial: true);
        }

        await ours[0].PublishAsync([1]);
        await ExpectAsync(1, [ours[1], ours[2]], theirs);
        await theirs[1].PublishAsync([2]);
        await ExpectAsync(2, ours, [theirs[0]]);
        await ours[2].PublishAsync([3]);
        await ExpectAsync(3, [ours[0], ours[1]], theirs);
    }

    // Our mesh has room for one, and own messages go to the mesh alone: the others have to ask for what they hear of.
    [Test]
    public async Task Message_OutsideTheMesh_ReachesTheirsByGossip()
    {
        GossipNode ours = await OursAsync(o => o with
        {
            MeshSize = 1, MeshLow = 1, MeshHigh = 1, MeshByScore = 1, MeshOutbound = 0, FloodPublish = false,
        });
        JsPeer[] theirs = [await TheirsAsync(), await TheirsAsync(), await TheirsAsync()];
        foreach (JsPeer peer in theirs)
        {
            await peer.CallAsync("dial", new { address = ours.Address });
            await ours.AwaitSubscriberAsync(peer.Id);
            await peer.AwaitSubscriberAsync(ours.Id);
        }

        await GossipNode.UntilAsync(() => ours.Service.MeshOf(GossipNode.Topic).Count == 1);
        await ours.PublishAsync([7]);
        await ExpectAsync(7, [], theirs);

        Assert.That(ours.Service.MeshOf(GossipNode.Topic), Has.Count.EqualTo(1));
        Assert.That(theirs.Select(t => ours.Service.ScoreOf(t.Id)), Is.All.Not.Negative);
    }

    [Test]
    public async Task Message_OutsideTheirMesh_ReachesOursByGossip()
    {
        JsPeer theirs = await TheirsAsync(new
        {
            D = 1, Dlo = 1, Dhi = 1, Dscore = 1, Dout = 0, floodPublish = false, scoreParams = Scoring,
        });
        GossipNode[] ours = [await OursAsync(), await OursAsync(), await OursAsync()];
        foreach (GossipNode node in ours)
        {
            await node.DialAsync(theirs);
            await theirs.AwaitSubscriberAsync(node.Id);
            await node.AwaitSubscriberAsync(theirs.Id);
        }

        await theirs.AwaitHeartbeatsAsync(1);
        await theirs.PublishAsync([8]);
        await ExpectAsync(8, ours, []);
        await theirs.AwaitHeartbeatsAsync(3);

        foreach (GossipNode node in ours)
        {
            Assert.That(await theirs.PenaltyOfAsync(node.Id), Is.Zero);
        }
    }

    [Test]
    public async Task Unsubscribe_ByTheirs_EndsTheMeshAndItsBackOffIsKept()
    {
        GossipNode ours = await OursAsync();
        JsPeer theirs = await TheirsAsync(new { unsubcribeBackoff = 3_000, scoreParams = Scoring });
        await MeshAsync(ours, theirs);
        await theirs.UnsubscribeAsync();
        await ours.AwaitMeshAsync(theirs.Id, isIn: false);
        await theirs.SubscribeAsync();
        await ours.AwaitSubscriberAsync(theirs.Id);
        await theirs.AwaitHeartbeatsAsync(1);

        // A GRAFT within the back-off would have been penalised by now; behind it the mesh forms again.
        Assert.That(await theirs.PenaltyOfAsync(ours.Id), Is.Zero);
        await MeshAsync(ours, theirs, dial: false);
        Assert.That(await theirs.PenaltyOfAsync(ours.Id), Is.Zero);
    }

    [Test]
    public async Task Unsubscribe_ByOurs_EndsTheMeshAndItsBackOffIsKept()
    {
        GossipNode ours = await OursAsync(o => o with { UnsubscribeBackoff = TimeSpan.FromSeconds(3) });
        JsPeer theirs = await TheirsAsync(new { scoreParams = Scoring });
        await MeshAsync(ours, theirs);
        await ours.UnsubscribeAsync();
        await theirs.AwaitMeshAsync(ours.Id, isIn: false);
        ours.Subscribe();
        await theirs.AwaitSubscriberAsync(ours.Id);
        await MeshAsync(ours, theirs, dial: false);
        await theirs.PublishAsync([9]);

        Assert.That((await ours.ReceiveAsync()).Data.ToArray(), Is.EqualTo(new byte[] { 9 }));
        Assert.That(await theirs.PenaltyOfAsync(ours.Id), Is.Zero);
        Assert.That(ours.Service.ScoreOf(theirs.Id), Is.Not.Negative);
    }

    [Test]
    public async Task Traffic_InBothDirections_PunishesNobody()
    {
        GossipNode[] ours = [await OursAsync(), await OursAsync()];
        JsPeer[] theirs =
            [await TheirsAsync(new { scoreParams = Scoring }), await TheirsAsync(new { scoreParams = Scoring })];
        foreach (JsPeer peer in theirs)
        {
            await MeshAsync(ours[0], peer);
            await MeshAsync(ours[1], peer, theyDial: true);
        }

        await ours[0].DialAsync(ours[1]);
        await ours[0].AwaitMeshAsync(ours[1].Id);
        await ours[1].AwaitMeshAsync(ours[0].Id);
        for (byte i = 0; i < 50; i++)
        {
            await ours[i % 2].PublishAsync([i]);
            await theirs[i % 2].PublishAsync([i]);
        }

        await ReceiveManyAsync(75, ours, theirs);
        await theirs[0].AwaitHeartbeatsAsync(2);
        foreach (GossipNode node in ours)
        {
            Assert.That(theirs.Select(t => node.Service.ScoreOf(t.Id)), Is.All.Not.Negative);
            foreach (JsPeer peer in theirs)
            {
                Assert.That(await peer.ScoreOfAsync(node.Id), Is.Not.Negative);
                Assert.That(await peer.PenaltyOfAsync(node.Id), Is.Zero);
            }
        }
    }

    private async Task<GossipNode> OursAsync(Func<GossipSubOptions, GossipSubOptions>? change = null) =>
        Own(await GossipNode.StartAsync(change));

    private async Task<JsPeer> TheirsAsync(object? settings = null) => Own(await JsGossip.StartAsync(settings));

    private T Own<T>(T started)
        where T : IAsyncDisposable
    {
        _started.Add(started);
        return started;
    }

    // Connects, and waits until each is in the other's mesh.
    private static async Task MeshAsync(GossipNode ours, JsPeer theirs, bool theyDial = false, bool dial = true)
    {
        if (dial && theyDial)
        {
            await theirs.CallAsync("dial", new { address = ours.Address });
        }
        else if (dial)
        {
            await ours.DialAsync(theirs);
        }

        await ours.AwaitMeshAsync(theirs.Id);
        await theirs.AwaitMeshAsync(ours.Id);
    }

    private static async Task ExpectAsync(byte value, GossipNode[] ours, JsPeer[] theirs)
    {
        foreach (GossipNode node in ours)
        {
            Assert.That((await node.ReceiveAsync()).Data.ToArray(), Is.EqualTo(new[] { value }));
        }

        foreach (JsPeer peer in theirs)
        {
            Assert.That((await peer.ReceiveAsync()).Data, Is.EqualTo(new[] { value }));
        }
    }

    private static async Task ReceiveManyAsync(int each, GossipNode[] ours, JsPeer[] theirs)
    {
        for (int i = 0; i < each; i++)
        {
            foreach (GossipNode node in ours)
            {
                await node.ReceiveAsync();
            }

            foreach (JsPeer peer in theirs)
            {
                await peer.ReceiveAsync();
            }
        }
    }
}
