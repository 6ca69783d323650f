using System.Text.Json;
using Google.Protobuf;
using Infernet.Core.Evidence;
using Infernet.Core.Schemas;
using Infernet.Core.Tests.Evidence;

namespace Infernet.Cli.Tests.Evidence;

/// <summary>Checking a file needs no node, no network and no home.</summary>
[TestFixture]
public sealed class EvidenceVerifyTests
{
    private InfernetProcess _infernet = null!;

    [SetUp]
    public void SetUp() => _infernet = new InfernetProcess();

    [TearDown]
    public void TearDown() => _infernet.Dispose();

    [Test]
    public async Task File_ThatHolds_PrintsEachCheckAndTheHash()
    {
        EvidenceFile file = File(_ => { });

        InfernetProcess.Outcome outcome = await VerifyAsync(file);

        Assert.Multiple(() =>
        {
            Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
            Assert.That(outcome.Output, Does.Contain($"ok      {string.Join(", ", VerdictReport.Steps)}"));
            Assert.That(outcome.Output, Does.Contain("the work is rejected"));
            Assert.That(outcome.Output, Does.Contain("1 of 1 cases hold"));
            Assert.That(
                outcome.Output, Does.Contain($"hash {Convert.ToHexStringLower(EvidenceBytes.HashOf(file))}"));
        });
    }

    [Test]
    public async Task File_WithAForgedVerdict_SaysWhereItFails_AndExitsWith5()
    {
        InfernetProcess.Outcome outcome = await VerifyAsync(File(c => c.Verdicts[0].AuditRatePpm--));

        Assert.Multiple(() =>
        {
            Assert.That(outcome.ExitCode, Is.EqualTo(5), outcome.Error);
            Assert.That(outcome.Output, Does.Contain("failed  draw: the offer does not commit"));
            Assert.That(outcome.Output, Does.Contain("0 of 1 cases hold"));
        });
    }

    [Test]
    public async Task File_WithAnotherAnswer_ExitsWith5_AlsoAsJson()
    {
        InfernetProcess.Outcome outcome = await VerifyAsync(File(c => c.Items[0].Output.Text = "another"), "--json");

        Assert.That(outcome.ExitCode, Is.EqualTo(5));
        using JsonDocument json = JsonDocument.Parse(outcome.Output);
        JsonElement found = json.RootElement.GetProperty("cases")[0];
        Assert.That(json.RootElement.GetProperty("verified").GetBoolean(), Is.False);
        Assert.That(found.GetProperty("problem").GetString(), Does.Contain("output is not the one"));
        Assert.That(found.GetProperty("verdicts")[0].GetProperty("passed").GetArrayLength(), Is.EqualTo(10));
    }

    [TestCase("")]
    [TestCase("this is no evidence")]
    public async Task File_ThatIsNone_ExitsWith2(string content)
    {
        string path = Path.Combine(_infernet.Home, "case.evidence");
        await System.IO.File.WriteAllTextAsync(path, content);

        InfernetProcess.Outcome outcome = await _infernet.RunAsync(["evidence", "verify", path]);

        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Error, Does.Contain("is not an evidence file"));
    }

    [Test]
    public async Task File_ThatIsNotThere_ExitsWith2()
    {
        InfernetProcess.Outcome outcome = await _infernet.RunAsync(["evidence", "verify", "nowhere"]);

        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Error, Does.Contain("There is no file nowhere"));
    }

    [Test]
    public async Task Show_OfWhatIsNoPeer_ExitsWith2()
    {
        InfernetProcess.Outcome outcome = await _infernet.RunAsync(["reputation", "show", "nobody"]);

        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Error, Does.Contain("'nobody' is not a peer id"));
    }

    private async Task<InfernetProcess.Outcome> VerifyAsync(EvidenceFile file, params string[] flags)
    {
        string path = Path.Combine(_infernet.Home, "case.evidence");
        await System.IO.File.WriteAllBytesAsync(path, file.ToByteArray());
        return await _infernet.RunAsync(["evidence", "verify", path, .. flags]);
    }

    private static EvidenceFile File(Action<EvidenceCase> change)
    {
        var made = new TestEvidence { WrongTokens = 20 };
        RevealedVerdict verdict = made.Verdict().Verdict;
        var said = new EvidenceCase { Verdicts = { verdict } };
        said.Items.AddRange(made.AuditedItems(verdict));
        change(said);
        return new EvidenceFile { Cases = { said } };
    }
}
