using Infernet.Daemon.Jobs.Dispatch;

namespace Infernet.Daemon.Tests.Jobs.Dispatch;

/// <summary>Accepted answers that turn out to be wrong, judgements that are waited for, and credit.</summary>
[TestFixture]
public sealed class DispatcherRejectionTests : DispatcherFixture
{
    [Test]
    public void Items_Rejected_GoElsewhereAtOnce()
    {
        Make(8, new DispatchOptions { ShardSize = 4 });
        Join(Alice);
        DispatchAction.SendShard first = Sent(Alice)[0];
        Deliver(first);
        Join(Bob);
        int before = Sent(Alice).Count;
        RejectItems(Alice, banned: false, 1, [.. first.Items]);

        Assert.That(Sent(Bob)[^1].Items, Is.EqualTo(first.Items));
        Assert.That(Sent(Alice), Has.Count.EqualTo(before));
    }

    [Test]
    public void Items_RejectedWithNobodyElse_GoToTheSameProvider()
    {
        Make(4, new DispatchOptions { ShardSize = 4 });
        Join(Alice);
        Step(new DispatchEvent.AuditsPending(1));
        Deliver(Sent(Alice)[0]);
        RejectItems(Alice, banned: false, 1, 0, 1, 2, 3);

        Assert.That(Sent(Alice), Has.Count.EqualTo(2));
    }

    [Test]
    public void Items_Rejected_CountNoAttempt()
    {
        Make(2, new DispatchOptions { ShardSize = 2, MaxAttempts = 1 });
        Step(new DispatchEvent.AuditsPending(1));
        Join(Alice);
        for (int round = 0; round < 5; round++)
        {
            Deliver(Sent(Alice)[^1]);
            RejectItems(Alice, banned: false, 1, 0, 1);
        }

        Assert.That(Outcome(), Is.Null);
        Assert.That(Sent(Alice), Has.Count.EqualTo(6));
    }

    [Test]
    public void Items_RejectedTooOften_EndTheJob()
    {
        Make(1, new DispatchOptions { MaxRejections = 3 });
        Step(new DispatchEvent.AuditsPending(1));
        Join(Alice);
        for (int round = 0; round < 3; round++)
        {
            Deliver(Sent(Alice)[^1]);
            RejectItems(Alice, banned: false, 1, 0);
        }

        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.AnswersWrong));
        Assert.That(Log.OfType<DispatchAction.Finish>().Single().Details[0], Does.Contain("item 0"));
    }

    [Test]
    public void Items_Rejected_GiveTheirTokensBack()
    {
        Make(2, new DispatchOptions { ShardSize = 1, MaxTokensPerItem = 10, TokenBudget = 20 });
        Step(new DispatchEvent.AuditsPending(1));
        Join(Alice);
        Deliver(Sent(Alice)[0], tokens: 10);
        Deliver(Sent(Alice)[1], tokens: 10);
        Join(Bob);
        RejectItems(Alice, banned: true, 10, 0, 1);

        Assert.That(Sent(Bob).Sum(s => s.Items.Count), Is.EqualTo(2));
    }

    [Test]
    public void BudgetSpent_WhileAJudgementIsPending_WaitsForIt()
    {
        Make(2, new DispatchOptions { ShardSize = 1, MaxTokensPerItem = 10, TokenBudget = 15 });
        Step(new DispatchEvent.AuditsPending(1));
        Join(Alice);
        Deliver(Sent(Alice)[0], tokens: 10);
        Assert.That(Outcome(), Is.Null);

        Step(new DispatchEvent.AuditsPending(0));

        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.BudgetSpent));
    }

    [Test]
    public void Items_RejectedOfABannedProvider_EndItsPart()
    {
        Make(100, new DispatchOptions { ShardSize = 4, MaxAttempts = 1 });
        Join(Alice);
        Deliver(Sent(Alice)[0]);
        Join(Bob);
        RejectItems(Alice, banned: true, 1, 0, 1, 2, 3);
        int before = Sent(Alice).Count;
        Join(Alice);
        Pass(TimeSpan.FromMinutes(1));

        Assert.That(Log.OfType<DispatchAction.DropProvider>().Single().Banned, Is.True);
        Assert.That(Sent(Alice), Has.Count.EqualTo(before));
        Assert.That(Outcome(), Is.Null, "what was out at a cheater is no failed attempt of the shards");
    }

    [Test]
    public void Items_ThatSomebodyElseAnswered_AreNotTakenBack()
    {
        Make(8, new DispatchOptions { ShardSize = 4 });
        Join(Alice);
        Deliver(Sent(Alice)[0]);
        int sent = Log.OfType<DispatchAction.SendShard>().Count();
        RejectItems(Bob, banned: false, 1, 0, 1, 2, 3, 7, -1, 99);

        Assert.That(Log.OfType<DispatchAction.SendShard>().Count(), Is.EqualTo(sent));
        Assert.That(Dispatcher.OpenUnits, Is.EqualTo(4));
    }

    [Test]
    public void Items_OfAnEarlierRun_CanBeRejected()
    {
        Make(4, new DispatchOptions { ShardSize = 4 }, done: [0, 1, 2]);
        Join(Bob);
        RejectItems(Alice, banned: false, 1, 1);

        Assert.That(Sent(Bob).SelectMany(s => s.Items), Is.EquivalentTo(new[] { 1, 3 }));
    }

    [Test]
    public void Item_RejectedAndAnsweredByAnAttemptThatWasCalledOff_IsNotAskedForAgain()
    {
        Make(4, new DispatchOptions { ShardSize = 4, HedgeAfter = TimeSpan.FromSeconds(1) });
        Step(new DispatchEvent.AuditsPending(1));
        Join(Alice, itemsPerSecond: 0.1);
        Join(Bob, itemsPerSecond: 100);
        Pass(TimeSpan.FromSeconds(1));
        Deliver(Sent(Bob).Single());
        RejectItems(Bob, banned: true, 1, 0, 1, 2, 3);
        Deliver(Sent(Alice)[0]);
        Step(new DispatchEvent.AuditsPending(0));

        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.Done));
    }

    [Test]
    public void Job_WithEverythingAnswered_WaitsForJudgements()
    {
        Make(4, new DispatchOptions { ShardSize = 4 });
        Join(Alice);
        Step(new DispatchEvent.AuditsPending(1));
        Deliver(Sent(Alice).Single());
        Pass(TimeSpan.FromHours(1));
        Step(new DispatchEvent.ProviderLost(Alice, "left", Misbehaved: false));
        Pass(TimeSpan.FromHours(1));
        Assert.That(Outcome(), Is.Null);

        Step(new DispatchEvent.AuditsPending(0));

        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.Done));
    }

    [TestCase(true, DispatchOutcome.Cancelled)]
    [TestCase(false, DispatchOutcome.DeadlinePassed)]
    public void Job_ThatWaitsForJudgements_EndsByItsDeadlineOrItsSubmitter(bool cancel, object outcome)
    {
        Make(4, new DispatchOptions { ShardSize = 4, Deadline = Start + TimeSpan.FromMinutes(1) });
        Join(Alice);
        Step(new DispatchEvent.AuditsPending(1));
        Deliver(Sent(Alice).Single());
        if (cancel)
        {
            Step(new DispatchEvent.CancelRequested());
        }

        Pass(TimeSpan.FromMinutes(1));

        Assert.That(Outcome(), Is.EqualTo(outcome));
    }

    [Test]
    public void Credit_BoundsWhatIsOut()
    {
        Make(100, new DispatchOptions { ShardSize = 4, MaxTokensPerItem = 10 });
        Join(Alice, credit: 65);
        Assert.That(Sent(Alice).Sum(s => s.Items.Count), Is.EqualTo(6));

        Step(new DispatchEvent.CreditChanged(Alice, 80));
        Assert.That(Sent(Alice).Sum(s => s.Items.Count), Is.EqualTo(8));

        Deliver(Sent(Alice)[0]);
        Assert.That(Sent(Alice).Sum(s => s.Items.Count), Is.EqualTo(12));
    }

    [Test]
    public void Credit_OfLessThanOneItem_LetsOneOut()
    {
        Make(100, new DispatchOptions { ShardSize = 4, MaxTokensPerItem = 10 });
        Join(Alice, credit: 0);

        Assert.That(Sent(Alice).Single().Items, Has.Count.EqualTo(1));
    }

    [Test]
    public void Credit_BoundsRetriesAndThefts()
    {
        Make(8, new DispatchOptions { ShardSize = 4, MaxTokensPerItem = 10 });
        Join(Alice, itemsPerSecond: 0.1);
        Join(Bob, itemsPerSecond: 100, credit: 30);
        Assert.That(Sent(Bob), Is.Empty, "shards of four are too large for three");

        Step(new DispatchEvent.ProviderLost(Alice, "gone", Misbehaved: false));
        Pass(TimeSpan.FromSeconds(1));

        Assert.That(Sent(Bob).Single().Items, Has.Count.EqualTo(3));
    }
}
