using Infernet.Core.Identity;
using Infernet.Daemon.Jobs.Dispatch;

namespace Infernet.Daemon.Tests.Jobs.Dispatch;

/// <summary>Redundant work: each item goes to several different providers, and to none of them twice.</summary>
[TestFixture]
public sealed class DispatcherCopiesTests : DispatcherFixture
{
    private static readonly PeerId Dave = NodeIdentity.Generate().Id;

    private static readonly DispatchOptions Three = new() { ShardSize = 4, Copies = 3, MaxCopies = 5 };

    [Test]
    public void Items_GoToAsManyProvidersAsThereAreCopies()
    {
        Make(4, Three);
        Join(Alice);
        Assert.That(Sent(Alice).SelectMany(s => s.Items), Is.EqualTo(new[] { 0, 1, 2, 3 }), "one copy, no more");
        Join(Bob);
        Join(Carol);
        Join(Dave);

        Assert.That(Sent(Bob).SelectMany(s => s.Items), Is.EqualTo(new[] { 0, 1, 2, 3 }));
        Assert.That(Sent(Carol).SelectMany(s => s.Items), Is.EqualTo(new[] { 0, 1, 2, 3 }));
        Assert.That(Sent(Dave), Is.Empty);
    }

    [Test]
    public void Job_EndsWhenEveryCopyIsAnswered()
    {
        Make(4, Three);
        foreach (PeerId peer in (PeerId[])[Alice, Bob, Carol])
        {
            Join(peer);
            Assert.That(Outcome(), Is.Null);
            Deliver(Sent(peer).Single());
        }

        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.Done));
        Assert.That(Accepted(), Is.EquivalentTo(new[] { 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3 }));
    }

    [Test]
    public void Copy_ThatFailed_GoesToWhoeverHasNone()
    {
        Make(4, Three);
        Join(Alice);
        Join(Bob);
        Step(new DispatchEvent.ShardFailed(Bob, Sent(Bob)[0].Attempt, "no"));
        Join(Carol);
        Join(Dave);
        Pass(TimeSpan.FromSeconds(1));

        Assert.That(Sent(Alice).SelectMany(s => s.Items), Is.Unique);
        Assert.That(Sent(Carol).SelectMany(s => s.Items), Is.EqualTo(new[] { 0, 1, 2, 3 }));
        Assert.That(Sent(Dave).SelectMany(s => s.Items), Is.EqualTo(new[] { 0, 1, 2, 3 }));
    }

    [Test]
    public void Copy_ThatFailedWhereOthersHaveTheirs_IsTriedThereAgain()
    {
        Make(4, Three);
        Join(Alice);
        Join(Bob);
        Join(Carol);
        Step(new DispatchEvent.ShardFailed(Carol, Sent(Carol)[0].Attempt, "no"));
        Pass(TimeSpan.FromSeconds(1));

        Assert.That(Sent(Carol), Has.Count.EqualTo(2));
        Assert.That(Sent(Alice).Concat(Sent(Bob)).Count(), Is.EqualTo(2));
    }

    [Test]
    public void SlowCopy_IsNotHedgedAtAProviderThatHasOne()
    {
        Make(4, Three with { HedgeAfter = TimeSpan.FromSeconds(1) });
        Join(Alice, itemsPerSecond: 0.1);
        Join(Bob, itemsPerSecond: 100);
        Join(Carol, itemsPerSecond: 100);
        Deliver(Sent(Bob).Single());
        Deliver(Sent(Carol).Single());
        Pass(TimeSpan.FromSeconds(2));
        Assert.That(Sent(Bob).Concat(Sent(Carol)).Count(), Is.EqualTo(2));

        Join(Dave, itemsPerSecond: 100);

        Assert.That(Sent(Dave).Single().Attempt.Attempt, Is.EqualTo(2));
        Deliver(Sent(Dave).Single());
        Assert.That(Log.OfType<DispatchAction.CancelAttempt>().Single().Peer, Is.EqualTo(Alice));
        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.Done));
    }

    [Test]
    public void Copies_OfOneItem_GoToDifferentNetworksWhileThereAreSome()
    {
        Make(4, Three with { Copies = 2 });
        JoinFrom(Alice, "a");
        JoinFrom(Bob, "a");
        JoinFrom(Carol, "b");

        Assert.That(Sent(Alice).SelectMany(s => s.Items), Is.EqualTo(new[] { 0, 1, 2, 3 }));
        Assert.That(Sent(Carol).SelectMany(s => s.Items), Is.EqualTo(new[] { 0, 1, 2, 3 }));
        Assert.That(Sent(Bob), Is.Empty);
    }

    [Test]
    public void Copies_WithOneNetworkOnly_GoThere()
    {
        Make(4, Three);
        JoinFrom(Alice, "a");
        JoinFrom(Bob, "a");
        JoinFrom(Carol, "a");
        Assert.That(Sent(Bob).Concat(Sent(Carol)), Is.Empty, "others may be about to join");
        Pass(TimeSpan.FromSeconds(2));

        Assert.That(Sent(Alice).Concat(Sent(Bob)).Concat(Sent(Carol)).Count(), Is.EqualTo(3));
    }

    [Test]
    public void Neighbour_OfWhoHasACopy_WaitsForWhoIsFurtherAway()
    {
        Make(4, Three with { Copies = 2 });
        JoinFrom(Carol, "b");
        JoinFrom(Alice, "a");
        Deliver(Sent(Alice).Single());
        Step(new DispatchEvent.ProviderLost(Carol, "left", Misbehaved: false));
        JoinFrom(Dave, "c");
        JoinFrom(Bob, "a");
        Pass(TimeSpan.FromSeconds(1));

        Assert.That(Sent(Bob), Is.Empty);
        Assert.That(Sent(Dave).SelectMany(s => s.Items), Is.EqualTo(new[] { 0, 1, 2, 3 }));
    }

    [Test]
    public void Disagreement_BringsOneMoreProvider()
    {
        Make(4, Three with { Copies = 2 });
        Step(new DispatchEvent.AuditsPending(1));
        Join(Alice);
        Join(Bob);
        Deliver(Sent(Alice).Single());
        Deliver(Sent(Bob).Single());
        Join(Carol);
        Assert.That(Sent(Carol), Is.Empty);

        Step(new DispatchEvent.CopiesWanted([1, 3]));
        Assert.That(Sent(Carol).Single().Items, Is.EqualTo(new[] { 1, 3 }));
        Deliver(Sent(Carol).Single());
        Step(new DispatchEvent.AuditsPending(0));

        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.Done));
    }

    [Test]
    public void Disagreement_BeyondTheMostCopies_BringsNobody()
    {
        Make(1, Three with { Copies = 2, MaxCopies = 2 });
        Step(new DispatchEvent.AuditsPending(1));
        Join(Alice);
        Join(Bob);
        Join(Carol);
        Step(new DispatchEvent.CopiesWanted([0]));

        Assert.That(Sent(Carol), Is.Empty);
    }

    [Test]
    public void Copy_OfAConvict_IsAnsweredByAnother()
    {
        Make(4, Three with { Copies = 2 });
        Step(new DispatchEvent.AuditsPending(1));
        Join(Alice);
        Join(Bob);
        Deliver(Sent(Alice).Single());
        Deliver(Sent(Bob).Single());
        RejectItems(Alice, banned: true, 1, 0, 1, 2, 3);
        Assert.That(Sent(Bob), Has.Count.EqualTo(1), "it has its own copy of them");
        Join(Carol);

        Assert.That(Sent(Carol).SelectMany(s => s.Items), Is.EquivalentTo(new[] { 0, 1, 2, 3 }));
    }

    [Test]
    public void Job_WithFewerProvidersThanCopies_EndsAndSaysSo()
    {
        Make(4, Three with { NoProviderTimeout = TimeSpan.FromSeconds(30) });
        Join(Alice);
        Join(Bob);
        Pass(TimeSpan.FromSeconds(40));
        Assert.That(Outcome(), Is.Null, "work is out");
        Deliver(Sent(Alice).Single());
        Deliver(Sent(Bob).Single());
        Pass(TimeSpan.FromSeconds(29));
        Assert.That(Outcome(), Is.Null);
        Pass(TimeSpan.FromSeconds(2));

        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.NoProviders));
        Assert.That(Log.OfType<DispatchAction.Finish>().Single().Details[0], Does.Contain("needs 3 different ones"));
    }

    [Test]
    public void Job_WithFewerProvidersThanCopies_SaysSoAndEndsWhenTheRestIsWaived()
    {
        Make(4, Three);
        Step(new DispatchEvent.AuditsPending(1));
        Join(Alice);
        Join(Bob);
        Deliver(Sent(Alice).Single());
        Assert.That(Log.OfType<DispatchAction.Stalled>(), Is.Empty);
        Deliver(Sent(Bob).Single());
        Pass(TimeSpan.FromSeconds(4));
        Assert.That(Log.OfType<DispatchAction.Stalled>(), Is.Empty);
        Pass(TimeSpan.FromSeconds(1));
        Pass(TimeSpan.FromSeconds(1));
        Assert.That(Log.OfType<DispatchAction.Stalled>().Count(), Is.EqualTo(1));

        Step(new DispatchEvent.CopiesWaived([0, 1, 2, 3]));
        Step(new DispatchEvent.AuditsPending(0));

        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.Done));
    }

    [Test]
    public void Votes_OfAnEarlierRun_AreNotAskedForAgain()
    {
        Now = Start;
        Dispatcher = new Dispatcher(Three, [1, 1], [], 0, 0, [(0, Alice), (0, Bob), (1, Alice)]);
        Join(Alice);
        Join(Bob);
        Join(Carol);

        Assert.That(Sent(Alice), Is.Empty);
        Assert.That(Sent(Bob).Single().Items, Is.EqualTo(new[] { 1 }));
        Assert.That(Sent(Carol).Single().Items, Is.EqualTo(new[] { 0, 1 }));
    }

    private void JoinFrom(PeerId peer, string group) => Step(new DispatchEvent.ProviderJoined(
        peer, 1_000, 4, 10, TimeSpan.FromHours(1), null, group));
}
