using System.Text;
using Infernet.Cli.Commands;
using Infernet.Cli.Jobs;

namespace Infernet.Cli.Tests.Jobs;

[TestFixture]
public sealed class JsonLinesReaderTests
{
    [TestCase("{\"prompt\":\"a\"}\n{\"prompt\":\"b\"}\n")]
    [TestCase("{\"prompt\":\"a\"}\n{\"prompt\":\"b\"}")]
    [TestCase("{\"prompt\":\"a\"}\r\n{\"prompt\":\"b\"}\r\n")]
    [TestCase("\uFEFF{\"prompt\":\"a\"}\n{\"prompt\":\"b\"}\n")]
    [TestCase("\n\n{\"prompt\":\"a\"}\n  \t\r\n{\"prompt\":\"b\"}\n\n")]
    [TestCase("\"a\"\n\"b\"\n")]
    public async Task ReadAsync_EachLayout_GivesTheSameInputs(string text)
    {
        JsonLinesInputs read = await ReadAsync(text);
        Assert.That(read.Inputs.Select(i => i.Prompt), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(read.Skipped, Is.Empty);
    }

    [TestCase("\"a\"\nnot json\n\"c\"\n", "line 2: is not JSON")]
    [TestCase("\n\n{\"prompt\":\"a\"", "line 3: is not JSON")]
    [TestCase("\"a\"\r\n\r\n{\"promt\":\"b\"}\r\n", "line 3: promt: is not known here")]
    [TestCase("\"a\"\n\uFEFF\"b\"\n", "line 2: is not JSON")]
    public async Task ReadAsync_BadLine_IsRefusedByItsNumber(string text, string reason)
    {
        UsageException refused = (await Assert.ThrowsAsync<UsageException>(() => ReadAsync(text)))!;
        Assert.That(refused.Details, Has.Count.EqualTo(1));
        Assert.That(refused.Details[0], Does.StartWith(reason));
        Assert.That(refused.Message, Does.Contain("--skip-bad"));
    }

    [Test]
    public async Task ReadAsync_InvalidUtf8_IsRefusedByItsLine()
    {
        byte[] bytes = [.. "\"a\"\n\"b"u8, 0xFF, .. "\"\n"u8];
        UsageException refused = (await Assert.ThrowsAsync<UsageException>(() => ReadAsync(bytes, new JsonLinesOptions())))!;
        Assert.That(refused.Details, Is.EqualTo(new[] { "line 2: is not UTF-8" }));
    }

    [Test]
    public async Task ReadAsync_SkipBad_KeepsTheRestAndNamesWhatItSkipped()
    {
        JsonLinesInputs read = await ReadAsync("\"a\"\n{\n\"c\"\n7\n", new JsonLinesOptions { SkipBad = true });
        Assert.That(read.Inputs.Select(i => i.Prompt), Is.EqualTo(new[] { "a", "c" }));
        Assert.That(read.Skipped.Select(s => s.Split(':')[0]), Is.EqualTo(new[] { "line 2", "line 4" }));
    }

    [TestCase("")]
    [TestCase("\n\n")]
    [TestCase("\uFEFF")]
    public void ReadAsync_NoInputs_SaysWhatALineLooksLike(string text) =>
        Assert.That(
            () => ReadAsync(text),
            Throws.TypeOf<UsageException>().With.Message.Contains("holds no inputs").And.Message.Contains("prompt"));

    [Test]
    public async Task ReadAsync_LineTooLong_IsSkippedWithoutBeingKept()
    {
        var options = new JsonLinesOptions { MaxLineLength = 20, SkipBad = true };
        string text = $"\"a\"\n\"{new string('x', 200_000)}\"\n\"c\"\n\"{new string('y', 30)}\"\n\"e\"";
        JsonLinesInputs read = await ReadAsync(text, options);
        Assert.That(read.Inputs.Select(i => i.Prompt), Is.EqualTo(new[] { "a", "c", "e" }));
        Assert.That(read.Skipped, Is.EqualTo(new[]
        {
            "line 2: is longer than 20 bytes", "line 4: is longer than 20 bytes",
        }));
    }

    [Test]
    public void ReadAsync_TooManyInputs_SaysToSplit() =>
        Assert.That(
            () => ReadAsync("1\n", new JsonLinesOptions { MaxInputs = 0 }),
            Throws.TypeOf<UsageException>().With.Message.Contains("Split it"));

    [Test]
    public void ReadAsync_TooManyBytes_SaysToSplit() =>
        Assert.That(
            () => ReadAsync("\"aaaa\"\n\"bbbb\"\n", new JsonLinesOptions { MaxLength = 8 }),
            Throws.TypeOf<UsageException>().With.Message.Contains("line 2 is beyond"));

    [Test]
    public async Task ReadAsync_ManyBadLines_GivesUpEarly()
    {
        string text = string.Concat(Enumerable.Repeat("x\n", 10_000));
        UsageException refused = (await Assert.ThrowsAsync<UsageException>(
            () => ReadAsync(text, new JsonLinesOptions { MaxReported = 3 })))!;
        Assert.That(refused.Details, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task ReadAsync_AnyBytes_GiveInputsOrAReason()
    {
        var random = new Random(99);
        byte[] good = "{\"prompt\":\"a\"}\r\n\"b\"\n\n{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}\n"u8.ToArray();
        for (int round = 0; round < 1_000; round++)
        {
            byte[] bytes = (byte[])good.Clone();
            for (int change = random.Next(1, 8); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                _ = await ReadAsync(bytes, new JsonLinesOptions { SkipBad = round % 2 == 0 });
            }
            catch (UsageException)
            {
                // A reason is what bad bytes should get.
            }
        }
    }

    private static Task<JsonLinesInputs> ReadAsync(string text, JsonLinesOptions? options = null) =>
        ReadAsync(Encoding.UTF8.GetBytes(text), options ?? new JsonLinesOptions());

    private static Task<JsonLinesInputs> ReadAsync(byte[] bytes, JsonLinesOptions options) =>
        JsonLinesReader.ReadAsync(new MemoryStream(bytes), "prompts.jsonl", options, CancellationToken.None);
}
