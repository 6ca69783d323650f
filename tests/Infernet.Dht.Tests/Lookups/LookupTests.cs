using Infernet.Dht.Keys;
using Infernet.Dht.Lookups;

namespace Infernet.Dht.Tests.Lookups;

internal sealed class LookupTests
{
    private static readonly KadKey Self = TestPeers.Key(0xff);
    private static readonly KadKey Target = TestPeers.Key(0x00);
    private readonly FakeTime _time = new();

    [Test]
    public void Poll_WithoutSeeds_Finishes()
    {
        Lookup lookup = Start([], new LookupOptions());
        Assert.That(lookup.Advance(LookupEvent.Poll).Kind, Is.EqualTo(LookupStepKind.Finished));
        Assert.That(lookup.Closest, Is.Empty);
    }

    [Test]
    public void Poll_Seeds_AsksNearestFirstUpToAlpha()
    {
        Lookup lookup = Start([40, 10, 30, 20], new LookupOptions { Alpha = 3 });
        Assert.That(AskAll(lookup), Is.EqualTo(new byte[] { 10, 20, 30 }));
        Assert.That(lookup.Advance(LookupEvent.Poll).Kind, Is.EqualTo(LookupStepKind.Wait));
    }

    [Test]
    public void Response_NamesNearerPeer_AsksItNext()
    {
        Lookup lookup = Start([10, 20, 30], new LookupOptions { Alpha = 1, K = 2, Resiliency = 2 });
        AskAll(lookup);
        Assert.That(Answer(lookup, 10, 5).Peer.Key, Is.EqualTo(TestPeers.Key(5)));
    }

    [Test]
    public void Response_AllOfTheClosestHaveAnswered_Finishes()
    {
        Lookup lookup = Start([10, 20, 30], new LookupOptions { Alpha = 1, K = 2, Resiliency = 2 });
        AskAll(lookup);
        Answer(lookup, 10);
        Assert.That(Answer(lookup, 20).Kind, Is.EqualTo(LookupStepKind.Finished));
        Assert.That(lookup.Closest.Select(p => p.Key), Is.EqualTo(Keys(10, 20)));
    }

    [Test]
    public void Response_NamesThisNode_IsNotAsked()
    {
        Lookup lookup = Start([10], new LookupOptions());
        AskAll(lookup);
        Assert.That(Answer(lookup, 10, 0xff).Kind, Is.EqualTo(LookupStepKind.Finished));
    }

    [Test]
    public void Response_NamesKnownPeers_AsksNobodyTwice()
    {
        Lookup lookup = Start([10, 20], new LookupOptions());
        AskAll(lookup);
        Answer(lookup, 10, 10, 20);
        Assert.That(Answer(lookup, 20, 10, 20).Kind, Is.EqualTo(LookupStepKind.Finished));
        Assert.That(lookup.Requests, Is.EqualTo(2));
    }

    [Test]
    public void Response_OfPeerNeverAsked_IsIgnored()
    {
        Lookup lookup = Start([10, 20], new LookupOptions { Alpha = 1 });
        AskAll(lookup);
        Answer(lookup, 20, 1, 2, 3);
        Assert.That(lookup.Closest, Is.Empty);
        Assert.That(Answer(lookup, 10).Peer.Key, Is.EqualTo(TestPeers.Key(20)));
    }

    [Test]
    public void Response_Twice_CountsOnce()
    {
        Lookup lookup = Start([10, 20], new LookupOptions { Alpha = 2 });
        AskAll(lookup);
        Answer(lookup, 10);
        Assert.That(Answer(lookup, 10, 1).Kind, Is.EqualTo(LookupStepKind.Wait));
    }

    [Test]
    public void Failure_InTheWindow_MakesRoomForTheNext()
    {
        Lookup lookup = Start([10, 20, 30], new LookupOptions { Alpha = 2, K = 2, Resiliency = 2 });
        Assert.That(AskAll(lookup), Is.EqualTo(new byte[] { 10, 20 }));
        Assert.That(
            lookup.Advance(LookupEvent.Failure(TestPeers.Key(10))).Peer.Key, Is.EqualTo(TestPeers.Key(30)));
        Assert.That(lookup.Failures, Is.EqualTo(1));
    }

    [Test]
    public void Failure_OfAll_FinishesWithNobody()
    {
        Lookup lookup = Start([10, 20], new LookupOptions());
        AskAll(lookup);
        lookup.Advance(LookupEvent.Failure(TestPeers.Key(10)));
        Assert.That(
            lookup.Advance(LookupEvent.Failure(TestPeers.Key(20))).Kind, Is.EqualTo(LookupStepKind.Finished));
        Assert.That(lookup.Closest, Is.Empty);
    }

    [Test]
    public void Cancel_WithOpenRequests_FinishesWithWhatAnswered()
    {
        Lookup lookup = Start([10, 20], new LookupOptions());
        AskAll(lookup);
        Answer(lookup, 20);
        Assert.That(lookup.Advance(LookupEvent.Cancel).Kind, Is.EqualTo(LookupStepKind.Finished));
        Assert.That(lookup.Closest.Select(p => p.Key), Is.EqualTo(Keys(20)));
    }

    [Test]
    public void Response_AfterFinish_ChangesNothing()
    {
        Lookup lookup = Start([10], new LookupOptions());
        AskAll(lookup);
        lookup.Advance(LookupEvent.Cancel);
        Assert.That(Answer(lookup, 10, 1).Kind, Is.EqualTo(LookupStepKind.Finished));
    }

    [Test]
    public void Resiliency_ClosestFewHaveAnswered_TheRestIsAskedAtOnce()
    {
        Lookup lookup = Start([10, 20, 30, 40, 50, 60], new LookupOptions { Alpha = 1, K = 5, Resiliency = 2 });
        Assert.That(AskAll(lookup), Is.EqualTo(new byte[] { 10 }));
        Assert.That(Answer(lookup, 10).Peer.Key, Is.EqualTo(TestPeers.Key(20)));
        Assert.That(Answer(lookup, 20).Peer.Key, Is.EqualTo(TestPeers.Key(30)));
        Assert.That(AskAll(lookup), Is.EqualTo(new byte[] { 40, 50 }), "beyond alpha, not beyond k");
    }

    [Test]
    public void SlowPeers_PastTheirTime_FreeTheirCapacity()
    {
        var options = new LookupOptions { Alpha = 2, SlowAfter = TimeSpan.FromSeconds(1), MaxInFlight = 3 };
        Lookup lookup = Start([10, 20, 30, 40], options);
        AskAll(lookup);
        LookupStep wait = lookup.Advance(LookupEvent.Poll);
        Assert.That(wait.PollAfter, Is.EqualTo(options.SlowAfter));
        _time.Advance(options.SlowAfter);
        Assert.That(AskAll(lookup), Is.EqualTo(new byte[] { 30 }), "the hard limit holds");
    }

    [Test]
    public void SlowPeer_AnswersLate_StillCounts()
    {
        Lookup lookup = Start([10], new LookupOptions());
        AskAll(lookup);
        _time.Advance(TimeSpan.FromMinutes(1));
        Answer(lookup, 10);
        Assert.That(lookup.Closest.Select(p => p.Key), Is.EqualTo(Keys(10)));
    }

    [Test]
    public void MaxRequests_EndlessChainOfNearerPeers_Ends()
    {
        Lookup lookup = Start([200], new LookupOptions { Alpha = 1, MaxRequests = 20 });
        LookupStep step = lookup.Advance(LookupEvent.Poll);
        int asked = 0;
        while (step.Kind == LookupStepKind.Ask)
        {
            asked++;
            byte at = step.Peer.Key.ToBytes()[0];
            step = Answer(lookup, at, (byte)(at - 1));
        }

        Assert.That(step.Kind, Is.EqualTo(LookupStepKind.Finished));
        Assert.That(asked, Is.EqualTo(20));
    }

    [Test]
    public void MaxCandidates_FloodOfPeers_KeepsTheNearest()
    {
        Lookup lookup = Start([250], new LookupOptions { Alpha = 1, K = 3, MaxCandidates = 4 });
        AskAll(lookup);
        LookupStep step = Answer(lookup, 250, [.. Enumerable.Range(1, 200).Reverse().Select(i => (byte)i)]);
        Assert.That(step.Peer.Key, Is.EqualTo(TestPeers.Key(1)));
    }

    [Test]
    public void Paths_OneLedAstray_TheOtherStillFindsItsPeers()
    {
        Lookup lookup = Start([10, 20], new LookupOptions { Alpha = 6, K = 4, Resiliency = 1, Paths = 2 });
        AskAll(lookup);

        // The first path is led among peers that are nearer than all honest ones; its window of two is theirs.
        Answer(lookup, 10, 1, 2, 3, 4);
        AskAll(lookup);
        Answer(lookup, 1);
        Answer(lookup, 2);

        // The second path has its own window, which they can't fill.
        Assert.That(Answer(lookup, 20, 15).Peer.Key, Is.EqualTo(TestPeers.Key(15)));
        Assert.That(Answer(lookup, 15).Kind, Is.EqualTo(LookupStepKind.Finished));
        Assert.That(lookup.Closest.Select(p => p.Key), Is.EqualTo(Keys(1, 2, 10, 15)));
    }

    private static LookupStep Answer(Lookup lookup, byte peer, params byte[] named) =>
        lookup.Advance(LookupEvent.Response(TestPeers.Key(peer), [.. named.Select(TestPeers.At)]));

    private static byte[] AskAll(Lookup lookup)
    {
        var asked = new List<byte>();
        while (lookup.Advance(LookupEvent.Poll) is { Kind: LookupStepKind.Ask } step)
        {
            asked.Add(step.Peer.Key.ToBytes()[0]);
        }

        return [.. asked];
    }

    private static KadKey[] Keys(params byte[] at) => [.. at.Select(TestPeers.Key)];

    private Lookup Start(byte[] seeds, LookupOptions options) =>
        new(Self, Target, seeds.Select(TestPeers.At), options, _time);
}
