using Infernet.Cli.Reputation;
using Infernet.Cli.Terminals;
using Infernet.Core.Api;

namespace Infernet.Cli.Tests.Reputation;

[TestFixture]
public sealed class ReputationViewTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void Explanation_ShowsTheScore_AndWhatEachAuditAddsToIt()
    {
        string shown = Show(Standing() with { AuditsPassed = 12, AuditsFailed = 1 }, Entry("rejected", own: true));

        Assert.Multiple(() =>
        {
            Assert.That(shown, Does.Contain("0.72 (lower bound; mean 0.90)"));
            Assert.That(shown, Does.Contain("12 passed, 1 rejected"));
            Assert.That(shown, Does.Contain("rejected").And.Contain("+12.5").And.Contain("this node"));
            Assert.That(shown, Does.Contain("aaaaaaaaaaaa").And.Not.Contain("aaaaaaaaaaaaa"));
        });
    }

    [Test]
    public void Explanation_OfOneWhoIsExcluded_SaysWhy() => Assert.That(
        Show(Standing() with { Exclusion = "convicted by this node's own audits" }),
        Does.Contain("excluded: convicted by this node's own audits").And.Contain("No audit of its work is known."));

    [Test]
    public void Explanation_OfWhatOthersSay_NamesTheReporterAndItsWeight() => Assert.That(
        Show(Standing(), Entry("verified", own: false)), Does.Contain("12D3…eporter1").And.Contain("0.25"));

    private static string Show(ReputationStatus standing, params ReputationEntry[] entries)
    {
        var output = new StringWriter();
        ReputationView.Write(output, new Ink(false, false), null, new ReputationExplanation(standing, entries), Now);
        return output.ToString();
    }

    private static ReputationStatus Standing() => new()
    {
        PeerId = "12D3KooWprovider",
        Score = 0.72,
        Mean = 0.9,
        Newcomer = false,
        AuditsPassed = 0,
        AuditsFailed = 0,
        OwnPassed = 11.5,
        OwnFailed = 10,
        OthersPassed = 0,
        OthersFailed = 0,
        LogLikelihoodRatio = 5.7,
        CreditTokens = 100_000,
        SettledTokens = 1,
        TokensAsked = 2,
        ReporterWeight = 0.5,
        AuditorScore = 0.5,
        MayAudit = true,
        QueuePriority = 1,
        FirstSeen = Now.AddDays(-3),
    };

    private static ReputationEntry Entry(string outcome, bool own) => new()
    {
        At = Now.AddHours(-2),
        Own = own,
        Reporter = "12D3KooWsomebodyreporter1",
        Auditors = ["12D3KooWsomebodyauditor1"],
        Outcome = outcome,
        LogLikelihoodRatio = 12.5,
        Weight = own ? 1 : 0.25,
        Passed = 0,
        Failed = 10,
        Evidence = [new string('a', 64)],
    };
}
