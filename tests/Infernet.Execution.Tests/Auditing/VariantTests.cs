using Infernet.Core.Audits;
using Infernet.Core.Schemas;
using Infernet.Execution.Llama;
using JobSampling = Infernet.Core.Schemas.Sampling;

namespace Infernet.Execution.Tests.Auditing;

/// <summary>Honest answers of engines that compute other bits, and the exact mode, in which there are no other bits.</summary>
[TestFixture]
public sealed class VariantTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("infernet-variants").FullName;

    [OneTimeTearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("x64", 1, false)]
    [TestCase("haswell", 8, true)]
    public async Task HonestAnswers_OfAnotherVariant_AreNotCondemned(string variant, int slots, bool flash)
    {
        await using LlamaEngine auditor = await TestModels.LoadAsync();
        using ChildEngine provider = ChildEngine.Start(variant, TestModels.Pocket, slots, flash);
        SequentialTest account = SequentialTest.Start;
        foreach (JobSampling sampling in new[] { Answers.Greedy, Answers.Varied })
        {
            AuditRequest answered = await provider.AnswerAsync(Answers.Ask(sampling, 12));
            IReadOnlyList<ShardFinding> findings = await Answers.FindAsync(auditor, answered);

            Assert.That(answered.Engine.CpuVariant, Is.EqualTo(variant));
            Assert.That(findings.Select(f => f.Outcome), Has.None.EqualTo(ShardOutcome.Rejected));
            account = findings.Aggregate(account, (test, finding) => test.Add(finding.LogLikelihoodRatio));
        }

        Assert.That(account.State, Is.Not.EqualTo(SequentialState.Cheater));
    }

    // A property of the library, not of ours: a new release of it must be asked again.
    [TestCase("x64", nameof(Quantisation.Q8_0))]
    [TestCase("sse42", nameof(Quantisation.F16))]
    public async Task ExactEngine_JudgingItsOwnKind_ReproducesEveryBit(string variant, string weights)
    {
        string model = Path.Combine(_folder, $"{variant}-{weights}.gguf");
        Quantizer.Write(TestModels.Pocket, model, Enum.Parse<Quantisation>(weights));
        using ChildEngine provider = ChildEngine.Start(variant, model, 4, flash: false);
        using ChildEngine auditor = ChildEngine.Start(variant, model, 8, flash: false);
        foreach (JobSampling sampling in new[] { Answers.Greedy, Answers.Varied })
        {
            AuditRequest questions = Answers.Ask(sampling, 4);
            questions.Exact = true;
            AuditRequest answered = await provider.AnswerAsync(questions);
            IReadOnlyList<ItemVerdict> verdicts = await auditor.JudgeAsync(answered);

            Assert.That(EngineCheck.IsExact(answered.Engine), Is.True);
            Assert.That(verdicts.SelectMany(v => v.MarginCounts.Skip(MarginBins.FirstMissed)), Is.All.Zero);
            Assert.That(
                Answers.Findings(verdicts, answered).Select(f => f.Outcome), Is.All.EqualTo(ShardOutcome.Verified));
        }
    }
}
