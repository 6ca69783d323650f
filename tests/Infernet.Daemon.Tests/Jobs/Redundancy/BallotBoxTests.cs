using Infernet.Core.Identity;
using Infernet.Daemon.Jobs.Redundancy;

namespace Infernet.Daemon.Tests.Jobs.Redundancy;

[TestFixture]
public sealed class BallotBoxTests
{
    private static readonly PeerId Alice = NodeIdentity.Generate().Id;
    private static readonly PeerId Bob = NodeIdentity.Generate().Id;
    private static readonly PeerId Carol = NodeIdentity.Generate().Id;

    [Test]
    public void Vote_IsTakenOnceWhenAllAnswersAreThere()
    {
        var box = new BallotBox(2);
        Cast(box, Alice);
        Assert.That(box.TakeComplete(), Is.Empty);
        Assert.That(box.Complete, Is.Zero);
        Cast(box, Bob);
        Assert.That(box.Complete, Is.EqualTo(1));
        (int item, IReadOnlyList<Vote> votes) = box.TakeComplete().Single();

        Assert.That(item, Is.EqualTo(7));
        Assert.That(votes.Select(v => v.Peer), Is.EqualTo(new[] { Alice, Bob }));
        Assert.That(box.TakeComplete(), Is.Empty);
        Assert.That(box.Complete, Is.EqualTo(1), "until it is known how it ended");
        box.Close(item);
        Assert.That(box.Complete, Is.Zero);
    }

    [Test]
    public void SecondAnswer_OfOnePeer_DoesNotCount()
    {
        var box = new BallotBox(2);
        Cast(box, Alice);
        Cast(box, Alice);
        Assert.That(box.TakeComplete(), Is.Empty);
    }

    [Test]
    public void Vote_WithoutMajority_WaitsForOneMore()
    {
        var box = new BallotBox(2);
        Cast(box, Alice);
        Cast(box, Bob);
        box.TakeComplete();
        box.Extend(7, 1);
        Assert.That(box.Complete, Is.Zero);
        Cast(box, Carol);

        Assert.That(box.TakeComplete().Single().Votes.Select(v => v.Peer), Is.EqualTo(new[] { Alice, Bob, Carol }));
    }

    [Test]
    public void Answers_OfAConvict_AreTakenBackUnlessTheyAreBeingCounted()
    {
        var box = new BallotBox(2);
        Cast(box, Alice);
        Cast(box, Alice, 8);
        Cast(box, Bob, 8);
        box.TakeComplete();

        Assert.That(box.Strike(Alice).Select(v => v.Answer.Index), Is.EqualTo(new[] { 7 }));
        Cast(box, Bob);
        Assert.That(box.TakeComplete(), Is.Empty);
        Cast(box, Carol);
        Assert.That(box.TakeComplete().Single().Votes.Select(v => v.Peer), Is.EqualTo(new[] { Bob, Carol }));
    }

    [Test]
    public void Answer_ThatComesWhileOthersAreCounted_ChangesNothing()
    {
        var box = new BallotBox(2);
        Cast(box, Alice);
        Cast(box, Bob);
        box.TakeComplete();
        Cast(box, Carol);
        box.Extend(7, 1);

        Assert.That(box.TakeComplete(), Is.Empty);
    }

    [Test]
    public void Votes_ThatLackAnswers_CanBeCountedWithThoseThatThereAre()
    {
        var box = new BallotBox(3);
        Cast(box, Alice);
        Cast(box, Bob);
        Cast(box, Alice, 8);
        Assert.That(box.TakeIncomplete().Select(t => (t.Item, t.Votes.Count)), Is.EquivalentTo(new[] { (7, 2), (8, 1) }));
        Assert.That(box.Complete, Is.EqualTo(2));
        box.Close(7);
        box.Reopen(8);
        Cast(box, Bob, 8);
        Cast(box, Carol, 8);

        Assert.That(box.TakeComplete().Single().Item, Is.EqualTo(8));
    }

    private static void Cast(BallotBox box, PeerId peer, int item = 7) =>
        box.Cast(new Vote(peer, Answers.Text("a") with { Index = item, Provider = peer.ToString() }));
}
