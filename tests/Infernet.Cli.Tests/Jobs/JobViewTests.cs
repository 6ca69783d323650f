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
        JobView.WriteSummary(text, Plain, null, TestJobs.Job, [TestJobs.Receipt], TestJobs.Began);
        Assert.That(text.ToString(), Is.EqualTo(
            """
            Job 3f2a9c0d1122 done: 360 of 360 in 12 s, 2,412 tokens generated.
            PROVIDER       INPUTS  SHARDS  FAILED  TOKENS  RECEIPTS  STATE
            12D3…eQAJU5SA    240      16       0   1,612        16  done
            12D3…UHQ6AAAA    120       8       1     800         8  lost   connection closed
            1 of 1 receipts verified.

            """).IgnoreWhiteSpace);
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
