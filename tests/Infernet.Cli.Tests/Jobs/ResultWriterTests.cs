using System.Text.Json;
using Infernet.Cli.Jobs;
using Infernet.Cli.Terminals;
using Infernet.Core.Api;

namespace Infernet.Cli.Tests.Jobs;

[TestFixture]
public sealed class ResultWriterTests
{
    private static readonly Ink Pipe = new(IsTerminal: false, HasColours: false);
    private static readonly Ink Screen = new(IsTerminal: true, HasColours: false);

    [Test]
    public void Write_OneInput_GivesTheOutputAsItIs() =>
        Assert.That(Written(Pipe, json: false, single: true, "two\nlines"), Is.EqualTo("two\nlines\n"));

    [Test]
    public void Write_ManyInputs_GivesOneLineEach() =>
        Assert.That(Written(Pipe, json: false, single: false, "two\nlines", "one"), Is.EqualTo("two\\nlines\none\n"));

    [Test]
    public void Write_Json_IsExact()
    {
        const string output = "two\nlines, \"quoted\", it's 🙂 \e[31m";
        string line = Written(Screen, json: true, single: false, output);
        Assert.That(line.TrimEnd('\n'), Does.Not.Contain("\n").And.Contains("it's"));
        Assert.That(
            JsonSerializer.Deserialize(line, ApiJson.Default.JobResult)!.Output,
            Is.EqualTo(output));
    }

    [Test]
    public void Write_EscapeCodesToATerminal_AreMadeVisible() =>
        Assert.That(Written(Screen, json: false, single: true, "\e]0;owned\a"), Is.EqualTo("\uFFFD]0;owned\uFFFD\n"));

    [Test]
    public void Write_EscapeCodesToAPipe_StayAsTheyAre() =>
        Assert.That(Written(Pipe, json: false, single: true, "\e[1m"), Is.EqualTo("\e[1m\n"));

    [Test]
    public void Write_Error_IsALineAndNeedsNoReceipt()
    {
        var output = new StringWriter { NewLine = "\n" };
        var writer = new ResultWriter(output, Pipe, json: false, single: false);
        writer.Write(TestJobs.Result with { Output = null, FinishReason = "error", Error = "too long" });
        Assert.That(output.ToString(), Is.EqualTo("error: too long\n"));
        Assert.That(writer.Receipts, Is.Empty);
        Assert.That(writer.Count, Is.EqualTo(1));
    }

    [Test]
    public void Write_Embedding_IsAListOfNumbers()
    {
        var output = new StringWriter { NewLine = "\n" };
        new ResultWriter(output, Pipe, json: false, single: false)
            .Write(TestJobs.Result with { Output = null, Embedding = [0.5f, -1f] });
        Assert.That(output.ToString(), Is.EqualTo("[0.5,-1]\n"));
    }

    private static string Written(Ink ink, bool json, bool single, params string[] outputs)
    {
        var text = new StringWriter { NewLine = "\n" };
        var writer = new ResultWriter(text, ink, json, single);
        foreach (string output in outputs)
        {
            writer.Write(TestJobs.Result with { Output = output });
        }

        return text.ToString();
    }
}
