using Infernet.Cli.Jobs;
using Infernet.Core.Api;

namespace Infernet.Cli.Tests.Jobs;

[TestFixture]
public sealed class JobProgressViewTests
{
    [Test]
    public void Show_ToAPipe_SaysEachTenthOnce()
    {
        var terminal = new TestTerminal();
        var view = new JobProgressView(terminal.Terminal, TimeProvider.System, quiet: false, isShort: false);
        for (int done = 0; done <= 40; done++)
        {
            view.Show(Event("progress", done, 40));
        }

        string[] lines = terminal.Error.ToString().TrimEnd('\n').Split('\n');
        Assert.That(lines, Has.Length.EqualTo(10));
        Assert.That(lines[0], Is.EqualTo("4 of 40 done"));
        Assert.That(lines[^1], Is.EqualTo("40 of 40 done"));
    }

    [TestCase("provider-lost", true)]
    [TestCase("shard-failed", true)]
    [TestCase("receipt-rejected", true)]
    [TestCase("provider-joined", true)]
    [TestCase("shard-sent", false)]
    public void Show_ToAPipe_SaysWhatMatters(string type, bool said)
    {
        var terminal = new TestTerminal();
        new JobProgressView(terminal.Terminal, TimeProvider.System, quiet: false, isShort: false).Show(Event(type, 0, 40));
        Assert.That(terminal.Error.ToString(), Is.EqualTo(said ? "what happened\n" : ""));
    }

    [Test]
    public void Draw_OnATerminal_NeverWrapsAndErasesWhatItDrew()
    {
        var terminal = new TestTerminal(isTerminal: true, hasColours: false, width: 40);
        var view = new JobProgressView(terminal.Terminal, TimeProvider.System, quiet: false, isShort: false);
        view.Draw(TestJobs.Job);
        string first = terminal.Error.ToString();
        view.Draw(TestJobs.Job);
        view.Clear();
        string all = terminal.Error.ToString();
        Assert.Multiple(() =>
        {
            Assert.That(first.Split('\n'), Is.All.Length.LessThan(40));
            Assert.That(first.Split('\n'), Has.Length.EqualTo(4), "a bar, two providers, and the end");
            Assert.That(all[first.Length..], Does.StartWith("\e[3F\e[J"));
            Assert.That(all, Does.EndWith("\e[3F\e[J"));
        });
    }

    [Test]
    public void Above_WhileDrawn_WritesOverTheBlockAndDrawsItAgain()
    {
        var terminal = new TestTerminal(isTerminal: true, hasColours: false, width: 80);
        var view = new JobProgressView(terminal.Terminal, TimeProvider.System, quiet: false, isShort: false);
        view.Draw(TestJobs.Job);
        int before = terminal.Error.ToString().Length;
        view.Above(() => terminal.Error.WriteLine("result"));
        Assert.That(terminal.Error.ToString()[before..], Does.StartWith("\e[3F\e[Jresult\n█"));
    }

    [TestCase("state", false)]
    [TestCase("provider-joined", false)]
    [TestCase("provider-renewed", false)]
    [TestCase("progress", false)]
    [TestCase("shard-done", false)]
    [TestCase("provider-declined", true)]
    [TestCase("shard-failed", true)]
    public void Show_OfAShortJob_SaysProblemsOnly(string type, bool said)
    {
        var terminal = new TestTerminal();
        new JobProgressView(terminal.Terminal, TimeProvider.System, quiet: false, isShort: true).Show(Event(type, 1, 1));
        Assert.That(terminal.Error.ToString(), Is.EqualTo(said ? "what happened\n" : ""));
    }

    [Test]
    public void Draw_OfAShortJob_IsOneLine_AndOnlyAfterAWhile()
    {
        var time = new StoppedTime();
        var terminal = new TestTerminal(isTerminal: true, hasColours: false, width: 80);
        var view = new JobProgressView(terminal.Terminal, time, quiet: false, isShort: true);
        view.Draw(TestJobs.Job);
        view.Above(() => { });
        Assert.That(terminal.Error.ToString(), Is.Empty);
        time.Now += TimeSpan.FromSeconds(2).Ticks;
        view.Draw(TestJobs.Job);
        Assert.That(terminal.Error.ToString(), Is.EqualTo("done  2.0 s  1206 tokens/s\n"));
    }

    [Test]
    public void Show_Quiet_SaysNothing()
    {
        var terminal = new TestTerminal(isTerminal: true, hasColours: true, width: 80);
        var view = new JobProgressView(terminal.Terminal, TimeProvider.System, quiet: true, isShort: false);
        view.Draw(TestJobs.Job);
        view.Show(Event("provider-lost", 1, 2));
        Assert.That(terminal.Error.ToString(), Is.Empty);
    }

    private sealed class StoppedTime : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now;
    }

    private static JobEvent Event(string type, int done, int total) => new()
    {
        Sequence = 1,
        At = TestJobs.Began,
        Type = type,
        Message = "what happened",
        DoneItems = done,
        TotalItems = total,
    };
}
