using System.Text;
using Infernet.Core.Jobs;

namespace Infernet.Core.Tests.Jobs;

[TestFixture]
public sealed class JobInputReaderTests
{
    [TestCase("{}", "exactly one of prompt, text and messages")]
    [TestCase("""{"prompt":"a","text":"b"}""", "exactly one of prompt, text and messages")]
    [TestCase("""{"prompt":"a","messages":[{"role":"user","content":"x"}]}""", "exactly one of")]
    [TestCase("""{"prompt":1}""", "prompt: must be a text")]
    [TestCase("""{"prompt":""}""", "must have 1 to")]
    [TestCase("""{"prompt":"a","question":"b"}""", "question: is not known here")]
    [TestCase("""{"messages":[]}""", "messages: must be a list of 1 to")]
    [TestCase("""{"messages":[{"role":"robot","content":"x"}]}""", "messages[0].role: must be one of")]
    [TestCase("""{"messages":[{"role":"user"}]}""", "messages[0].content: must be a text")]
    [TestCase("""{"messages":[{"role":"user","content":"x","name":"y"}]}""", "messages[0].name: is not known here")]
    [TestCase("[1]", "must be an object, is a list")]
    [TestCase("{\"prompt\":\"\\ud800\"}", "not valid Unicode")]
    [TestCase("{\"\\ud800\":1}", "not valid Unicode")]
    [TestCase("null", "must be an object")]
    [TestCase("What is this?", "is not JSON")]
    [TestCase("{\"prompt\":\"a\"} {}", "is not JSON")]
    public void ReadLine_LineThatIsWrong_SaysWhy(string line, string reason) =>
        Assert.That(
            () => JobInputReader.ReadLine(Encoding.UTF8.GetBytes(line)),
            Throws.TypeOf<SpecificationException>().With.Message.Contains(reason));

    [TestCase("\"plain\"", null, "plain")]
    [TestCase("""{"prompt":"a"}""", null, "a")]
    [TestCase("""{"id":"q1","text":"b"}""", "q1", "b")]
    public void ReadLine_EachForm_IsAnInput(string line, string? id, string prompt) =>
        Assert.That(
            JobInputReader.ReadLine(Encoding.UTF8.GetBytes(line)),
            Is.EqualTo(new JobInput { Id = id, Prompt = prompt }));

    [Test]
    public void ReadLine_Conversation_KeepsItsTurns()
    {
        JobInput input = JobInputReader.ReadLine(
            """{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}]}"""u8.ToArray());
        Assert.That(
            input.Messages,
            Is.EqualTo(new[] { new ChatTurn("system", "Be brief."), new ChatTurn("user", "Hi") }));
    }
}
