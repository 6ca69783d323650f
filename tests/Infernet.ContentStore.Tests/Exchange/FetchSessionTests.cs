using Infernet.ContentStore.Blobs;
using Infernet.ContentStore.Exchange;

namespace Infernet.ContentStore.Tests.Exchange;

[TestFixture]
internal sealed class FetchSessionTests
{
    private const int Size = 512 << 10;
    private static readonly ExchangeOptions Options = new();

    [Test]
    public void Plan_OnePeer_AsksInOrderWithinItsWindow()
    {
        FetchSession session = Start(items: 100, peers: 1);
        Assert.That(Requests(session, At(0))[0], Is.EqualTo(new[] { 0, 1, 2, 3 }));
        Assert.That(Requests(session, At(1)), Is.Empty);
    }

    [Test]
    public void Plan_SmallFileAndThreePeers_AsksEach()
    {
        FetchSession session = Start(items: 6, peers: 3);
        var requests = Requests(session, At(0));
        Assert.That(requests.Keys, Is.EquivalentTo(new[] { 0, 1, 2 }));
        Assert.That(requests.Values, Has.All.Length.EqualTo(2));
    }

    [Test]
    public void Plan_FastPeer_GetsAWiderWindow()
    {
        FetchSession session = Start(items: 2_000, peers: 2);
        var asked = new Dictionary<int, Queue<int>> { [0] = [], [1] = [] };
        var counts = new int[2];
        for (int ms = 0; ms < 3_000; ms += 10)
        {
            foreach (var (peer, items) in Requests(session, At(ms)))
            {
                items.ToList().ForEach(asked[peer].Enqueue);
            }

            Deliver(0, ms);
            if (ms % 200 == 0)
            {
                Deliver(1, ms);
            }
        }

        Assert.That(counts[0], Is.GreaterThan(10 * counts[1]));
        Assert.That(asked[0], Has.Count.GreaterThan(3 * asked[1].Count), "in flight");

        void Deliver(int peer, int ms)
        {
            if (asked[peer].TryDequeue(out int item))
            {
                session.Delivered(peer, item, At(ms));
                counts[peer]++;
            }
        }
    }

    [Test]
    public void Plan_PeerThatOwesAndIsSilent_IsDroppedAndItsItemsGoElsewhere()
    {
        FetchSession session = Start(items: 4, peers: 1);
        Requests(session, At(0));
        session.AddPeer(1, null, At(10_000));
        IReadOnlyList<SessionAction> actions = session.Plan(At(15_001));
        Assert.Multiple(() =>
        {
            Assert.That(actions.OfType<SessionAction.Drop>().Single().Reason, Does.Contain("owed 4 blocks"));
            Assert.That(actions.OfType<SessionAction.Request>().Single().Peer, Is.EqualTo(1));
            Assert.That(actions.OfType<SessionAction.Request>().Single().Items, Is.EqualTo(new[] { 0, 1, 2, 3 }));
        });
    }

    [Test]
    public void Plan_PeerWhoseBytesTrickle_IsDroppedAfterTheBlockTimeout()
    {
        FetchSession session = Start(items: 1, peers: 1);
        Requests(session, At(0));
        for (int s = 1; s <= 120; s++)
        {
            session.Heard(0, At(s * 1_000));
            Assert.That(session.Plan(At(s * 1_000)), Is.Empty);
        }

        session.Heard(0, At(121_000));
        Assert.That(session.Plan(At(121_000)).Single(), Is.InstanceOf<SessionAction.Drop>());
    }

    [Test]
    public void Lacks_Item_IsAskedOfAnotherAndNotOfTheSameAgain()
    {
        FetchSession session = Start(items: 1, peers: 1);
        Requests(session, At(0));
        session.Lacks(0, 0);
        Assert.That(Requests(session, At(1)), Is.Empty);
        session.AddPeer(1, null, At(2));
        Assert.That(Requests(session, At(2))[1], Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public void Lacks_PeerThatSaidItHasAll_IsDropped()
    {
        FetchSession session = Start(items: 1, peers: 1);
        Requests(session, At(0));
        session.Lacks(0, 0);
        session.Plan(At(1));
        Assert.That(session.Plan(At(2)).OfType<SessionAction.Drop>().Single().Reason, Does.Contain("lacks blocks"));
    }

    [Test]
    public void Plan_TinyItems_AsksForNoMoreThanTheServerQueues()
    {
        var session = new FetchSession(Options);
        for (int i = 0; i < 2_000; i++)
        {
            session.AddItem(100);
        }

        session.AddPeer(0, null, At(0));
        int asked = 0;
        for (int i = 0; i < 20; i++)
        {
            asked += Requests(session, At(i)).Values.Sum(items => items.Length);
        }

        Assert.That(asked, Is.EqualTo(Options.MaxWindowBlocks).And.LessThan(Options.MaxQueuedWants));
    }

    [Test]
    public void RemovePeer_WhatItOwed_IsAskedOfTheOthers()
    {
        FetchSession session = Start(items: 8, peers: 2);
        int[] owed = Requests(session, At(0))[0];
        session.RemovePeer(0);
        foreach (int done in new[] { 1, 3, 5, 7 })
        {
            session.Delivered(1, done, At(100));
        }

        Assert.That(Requests(session, At(100))[1], Is.EqualTo(owed));
    }

    [Test]
    public void Plan_NearTheEnd_AsksIdlePeersForWhatASlowOneOwes()
    {
        FetchSession session = Start(items: 2, peers: 2);
        Requests(session, At(0));
        session.Delivered(0, 0, At(100));
        Assert.That(Requests(session, At(200)), Is.Empty);
        Assert.That(Requests(session, At(5_000))[0], Is.EqualTo(new[] { 1 }));

        session.Delivered(0, 1, At(5_100));
        Assert.That(session.IsDone);
        Assert.That(session.Plan(At(5_100)), Is.EqualTo(new[] { new SessionAction.Cancel(1, 1) }));
    }

    [Test]
    public void Plan_PeersWithParts_TakesTheRarestFirst()
    {
        var session = new FetchSession(Options);
        for (int i = 0; i < 4; i++)
        {
            session.AddItem(Size);
        }

        session.AddPeer(0, null, At(0));
        session.AddPeer(1, ChunkBitmap.FromBytes([0b0111], 4), At(0));
        session.AddPeer(2, ChunkBitmap.FromBytes([0b0011], 4), At(0));
        Assert.That(Requests(session, At(0))[0][0], Is.EqualTo(3));
    }

    [Test]
    public void Plan_PeerWithAPart_IsAskedForNewsWhenItHasNothingElse()
    {
        var session = new FetchSession(Options);
        session.AddItem(Size);
        session.AddPeer(0, ChunkBitmap.FromBytes([0], 1), At(0));
        Assert.That(session.Plan(At(500)), Is.Empty);
        Assert.That(session.Plan(At(1_001)).Single(), Is.EqualTo(new SessionAction.AskHave(0)));
        session.UpdatePeer(0, ChunkBitmap.FromBytes([1], 1), At(1_100));
        Assert.That(Requests(session, At(1_100))[0], Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public void Plan_PeerWithNothingUsefulForLong_IsDropped()
    {
        var session = new FetchSession(Options);
        session.AddItem(Size);
        session.AddPeer(0, ChunkBitmap.FromBytes([0], 1), At(0));
        Assert.That(session.Plan(At(120_001)).OfType<SessionAction.Drop>().Single().Reason, Does.Contain("still missing"));
    }

    // Whatever order things happen in: nothing is lost, nothing is asked of a peer that is gone, windows hold.
    [Test]
    public void Session_RandomEvents_EndsWithEveryItem([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        FetchSession session = Start(items: 300, peers: 4);
        var owed = new Dictionary<int, List<int>> { [0] = [], [1] = [], [2] = [], [3] = [] };
        var done = new HashSet<int>();
        int nextPeer = 4;
        int ms = 0;
        for (; !session.IsDone && ms < 10_000_000; ms += random.Next(1, 50))
        {
            foreach (SessionAction action in session.Plan(At(ms)))
            {
                Follow(action);
            }

            int peer = owed.Keys.ElementAt(random.Next(owed.Count));
            if (owed[peer].Count > 0 && random.Next(20) > 0)
            {
                int item = owed[peer][random.Next(owed[peer].Count)];
                owed[peer].Remove(item);
                session.Delivered(peer, item, At(ms));
                done.Add(item);
            }
            else if (random.Next(10) == 0)
            {
                owed.Remove(peer);
                session.RemovePeer(peer);
                Join(ms);
            }
        }

        Assert.That(session.IsDone, $"seed {seed}");
        Assert.That(done, Has.Count.EqualTo(300));

        void Join(int now)
        {
            owed[nextPeer] = [];
            session.AddPeer(nextPeer++, null, At(now));
        }

        void Follow(SessionAction action)
        {
            switch (action)
            {
                case SessionAction.Request request:
                    owed[request.Peer].AddRange(request.Items);
                    Assert.That(owed[request.Peer], Is.Unique);
                    Assert.That(owed[request.Peer].Count * (long)Size, Is.LessThanOrEqualTo(Options.MaxWindowBytes));
                    break;
                case SessionAction.Cancel cancel:
                    owed[cancel.Peer].Remove(cancel.Item);
                    break;
                case SessionAction.Drop drop:
                    owed.Remove(drop.Peer);
                    Join(ms);
                    break;
            }
        }
    }

    private static TimeSpan At(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static FetchSession Start(int items, int peers)
    {
        var session = new FetchSession(Options);
        for (int i = 0; i < items; i++)
        {
            session.AddItem(Size);
        }

        for (int peer = 0; peer < peers; peer++)
        {
            session.AddPeer(peer, null, TimeSpan.Zero);
        }

        return session;
    }

    private static Dictionary<int, int[]> Requests(FetchSession session, TimeSpan now) => session.Plan(now)
        .OfType<SessionAction.Request>()
        .ToDictionary(request => request.Peer, request => request.Items.ToArray());
}
