using Infernet.Daemon.Jobs.Paying;

namespace Infernet.Daemon.Tests.Jobs.Paying;

[TestFixture]
public sealed class JobBudgetTests
{
    [TestCase(100ul, 1, 60ul, 60ul, Description = "Enough for all that it wants")]
    [TestCase(100ul, 4, 60ul, 25ul, Description = "Its share")]
    [TestCase(100ul, 20, 60ul, 10ul, Description = "The least, where its share is less")]
    [TestCase(9ul, 1, 60ul, 0ul, Description = "Nothing, where not even the least is left")]
    public void Grant_IsWhatIsWantedOrAShareOrTheLeast(ulong total, int sharers, ulong wanted, ulong granted) =>
        Assert.That(new JobBudget(total, 0).Take(wanted, 10, sharers), Is.EqualTo(granted));

    [Test]
    public void Budget_OfAJobThatHasPaidMore_HasNothingFree()
    {
        var budget = new JobBudget(10, 30);

        Assert.That(budget.Free, Is.Zero);
        Assert.That(budget.Take(5, 1, 1), Is.Zero);
        Assert.That(budget.TakeDebt(5), Is.Zero);
    }

    [Test]
    public void WhatIsHeldBackForAuditors_IsGrantedToNoProvider()
    {
        var budget = new JobBudget(100, 0);
        budget.HoldBack(20);

        Assert.That(budget.Take(100, 1, 1), Is.EqualTo(80));
        Assert.That((budget.Free, budget.LeftForAudits), Is.EqualTo((0ul, 20ul)));
        Assert.That(budget.TryTakeForAudit(21), Is.False);
        Assert.That(budget.TryTakeForAudit(20), Is.True);
        Assert.That(budget.TryTakeForAudit(1), Is.False);
    }

    [Test]
    public void Audits_BeyondWhatIsHeldBack_TakeWhatIsFree()
    {
        var budget = new JobBudget(100, 0);
        budget.HoldBack(20);

        Assert.That(budget.TryTakeForAudit(50), Is.True);
        Assert.That(budget.Free, Is.EqualTo(50));
        budget.GiveBackFromAudit(50);
        Assert.That((budget.Free, budget.LeftForAudits), Is.EqualTo((80ul, 100ul)), "a fifth is held back as before");
    }

    [Test]
    public void Debt_IsPaidAlsoOutOfWhatIsHeldBack()
    {
        var budget = new JobBudget(100, 0);
        budget.HoldBack(20);

        Assert.That(budget.TakeDebt(90), Is.EqualTo(90));
        Assert.That(budget.LeftForAudits, Is.EqualTo(10));
        Assert.That(budget.Free, Is.Zero);
    }

    [Test]
    public void WhatIsGrantedAndNotGivenBack_NeverPassesTheTotal()
    {
        var random = new Random(5);
        var budget = new JobBudget(1_000, 100);
        ulong spent = 100;
        var live = new List<ulong>();
        for (int i = 0; i < 5_000; i++)
        {
            if (live.Count > 0 && random.Next(2) == 0)
            {
                ulong granted = live[^1];
                live.RemoveAt(live.Count - 1);
                ulong left = (ulong)random.NextInt64((long)granted + 1);
                budget.GiveBack(left);
                spent += granted - left;
            }
            else if (budget.Take((ulong)random.Next(200), (ulong)random.Next(1, 50), random.Next(1, 5)) is > 0 and var more)
            {
                live.Add(more);
            }

            ulong committed = live.Aggregate(spent, (sum, g) => sum + g);
            Assert.That(committed, Is.LessThanOrEqualTo(1_000));
            Assert.That(budget.Free, Is.EqualTo(1_000 - committed));
        }
    }
}
