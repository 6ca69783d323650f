using Infernet.Cli.Jobs;
using Infernet.Cli.Terminals;
using Infernet.Core.Api;

namespace Infernet.Cli.Tests.Jobs;

[TestFixture]
public sealed class JobViewTests
{
    private static readonly Ink Plain = new(false, false);

    [Test]
    public void WriteSummary_JobThatIsDone_SaysWhoDidWhat()
    {
        var text = new StringWriter { NewLine = "\n" };
        JobStatus job = TestJobs.Job with
        {
            Providers = [TestJobs.Job.Providers[0] with { Audited = 3, Passed = 3 }, TestJobs.Job.Providers[1]],
            Verification = new JobVerification { Mode = "tolerant", Passed = 3 },
        };
        JobView.WriteSummary(text, Plain, null, job, [TestJobs.Receipt], TestJobs.Began);
        Assert.That(text.ToString(), Is.EqualTo(
            """
            Job 3f2a9c0d1122 done: 360 of 360 in 12 s, 2,412 tokens generated.
            PROVIDER       INPUTS  SHARDS  FAILED  TOKENS  RECEIPTS  AUDITED  PASSED  REJECTED  STATE
            12D3…eQAJU5SA    240      16       0   1,612        16        3       3         0  done
            12D3…UHQ6AAAA    120       8       1     800         8        0       0         0  lost   connection closed
            Audits: 3 shards judged, 3 right.
            1 of 1 receipts verified.

            """).IgnoreWhiteSpace);
    }

    [Test]
    public void Write_JobWithRejectedAnswers_ListsThemWithTheReason()
    {
        var text = new StringWriter { NewLine = "\n" };
        JobStatus job = TestJobs.Job with
        {
            Verification = new JobVerification
            {
                Mode = "tolerant", Passed = 1, Rejected = 1, Disputed = 1, Missed = 1, Pending = 1,
                Rejections = [new JobRejection(7, TestJobs.Job.Providers[0].PeerId, "the answer is cut short")],
            },
        };
        JobView.Write(text, Plain, null, job, TestJobs.Began);

        Assert.That(
            text.ToString(),
            Does.Contain(
                "3 shards judged, 1 right, 1 rejected, 1 disputed, 1 not judged for want of an auditor or of time, 1 pending")
            .And.Contain("  1 by 12D3").And.Contain(" (inputs 7): the answer is cut short"));
    }

    [TestCase("none", 0, 0, "Nobody checks")]
    [TestCase("redundant", 0, 0, "several providers")]
    [TestCase("tolerant", 0, 0, "No shard is audited")]
    [TestCase("tolerant", 0.1, 1, "Audited: 10 % to 100 % of each provider's shards; who always gives a poorer model's "
        + "answers is noticed within 31 shards, with 99 %.")]
    [TestCase("exact", 0.1, 0.1, "Audited: 10 % of each provider's shards, bit by bit;")]
    public void Promise_OfAMode_SaysWhatItIsWorth(string mode, double lowest, double highest, string words) => Assert.That(
        VerificationWords.Promise(new JobVerification
        {
            Mode = mode, LowestRate = lowest, HighestRate = highest, ShardsToNotice = highest > 0 ? 31 : null,
        }),
        Does.Contain(words));

    [Test]
    public void Promise_WhereNobodyElseWasMatched_IsNone()
    {
        var own = new JobVerification { Mode = "tolerant", OwnNodeOnly = true };
        Assert.That(VerificationWords.Promise(own), Is.Null);
        Assert.That(VerificationWords.Promise(own with { HighestRate = 1 }), Is.Not.Null, "others came after all");
        Assert.That(VerificationWords.Promise(own with { Mode = "redundant" }), Is.Not.Null);
    }

    [Test]
    public void Write_OfAPaidJob_SaysWhatEachAuditorGetsAndWhatNobodyWillGet()
    {
        var text = new StringWriter { NewLine = "\n" };
        string peer = TestJobs.Job.Providers[0].PeerId;
        JobView.Write(
            text, Plain, null,
            TestJobs.Job with
            {
                Payment = new JobPayment
                {
                    Symbol = "SOL", Decimals = 9, Budget = 50_000_000, Paid = 1_500, Audits = 700,
                    Auditors = [new JobAuditor(peer, 3, 700, 20)],
                    Unpayable = [new JobDebt(peer, 40, "the channel C, by which it was to be paid, has ended")],
                },
            },
            TestJobs.Began);

        Assert.That(text.ToString(), Does.Match("AUDITOR +AUDITS +PAID *\n12D3…eQAJU5SA +3 +0.0000007 SOL"));
        Assert.That(
            text.ToString(),
            Does.Contain("0.00000004 SOL are owed to 12D3…eQAJU5SA and never paid: the channel C,")
            .And.Contain("0.00000002 SOL are owed to 12D3…eQAJU5SA for audits and never paid: its channel has ended"));
    }

    [TestCase("tolerant", 0, null)]
    [TestCase("none", 0, null)]
    [TestCase("redundant", 0, null)]
    [TestCase("tolerant", 0.1, "no shard was drawn")]
    public void Sums_WhereNothingWasJudged_SaySoOnlyIfItCouldHaveBeen(string mode, double rate, string? words) => Assert.That(
        VerificationWords.Sums(new JobVerification { Mode = mode, HighestRate = rate }), Is.EqualTo(words));

    [Test]
    public void WriteSentence_OfAPaidQuestion_SaysWhatItCost()
    {
        var text = new StringWriter { NewLine = "\n" };
        JobStatus job = TestJobs.Job with
        {
            TotalItems = 1, DoneItems = 1,
            Payment = new JobPayment { Symbol = "SOL", Decimals = 9, Budget = 50_000_000, Paid = 1_500 },
        };
        JobView.WriteSentence(text, Plain, job, TestJobs.Began);
        Assert.That(text.ToString(), Is.EqualTo(
            "Job 3f2a9c0d1122 done: 1 of 1 in 12 s, 2,412 tokens generated, 0.0000015 SOL paid.\n"));
    }

    [Test]
    public void WriteSummary_JobThatFailed_SaysWhyForEachPeer()
    {
        var text = new StringWriter { NewLine = "\n" };
        JobStatus job = TestJobs.Job with
        {
            State = "failed",
            DoneItems = 0,
            Providers = [],
            Error = new ApiError { Code = "unsuitable", Message = "Nobody fits.", Details = ["12D3…aa: serves other"] },
        };
        JobView.WriteSummary(text, Plain, null, job, [], TestJobs.Began);
        Assert.That(text.ToString(), Does.Contain("failed: 0 of 360").And.Contain("Nobody fits.\n  12D3…aa: serves other\n"));
    }

    [Test]
    public void WriteList_ToAPipe_HasOneLineForEachJobHoweverLong()
    {
        var terminal = new TestTerminal();
        JobView.WriteList(terminal.Terminal, [TestJobs.Job with { Model = new string('m', 300) }], TestJobs.Began);
        Assert.That(terminal.Out.ToString().Trim('\n').Split('\n'), Has.Length.EqualTo(2));
        Assert.That(terminal.Out.ToString(), Does.Not.Contain("\e"));
    }

    [Test]
    public void Write_Terminal_UsesColoursAndFitsTheWindow()
    {
        var terminal = new TestTerminal(isTerminal: true, hasColours: true, width: 60);
        JobView.WriteList(terminal.Terminal, [TestJobs.Job], TestJobs.Began);
        string[] lines = terminal.Out.ToString().Split('\n');
        Assert.That(terminal.Out.ToString(), Does.Contain("\e["));
        Assert.That(lines.Select(Visible), Is.All.Length.LessThanOrEqualTo(60));
    }

    private static string Visible(string line) =>
        System.Text.RegularExpressions.Regex.Replace(line, "\e\\[[0-9;]*m", "");
}
