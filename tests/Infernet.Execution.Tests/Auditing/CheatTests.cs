using Infernet.Core.Audits;
using Infernet.Core.Schemas;
using Infernet.Execution.Llama;
using JobSampling = Infernet.Core.Schemas.Sampling;

namespace Infernet.Execution.Tests.Auditing;

/// <summary>
/// Each way to cheat that shows in an audit, on the real engine: what is plain is rejected at once, what is subtle
/// condemns the provider after some audits. Nobody is condemned by one.
/// </summary>
[TestFixture]
public sealed class CheatTests
{
    private const int Audits = 6;

    private readonly string _folder = Directory.CreateTempSubdirectory("infernet-cheats").FullName;
    private LlamaEngine _engine = null!;

    [OneTimeSetUp]
    public async Task Load() => _engine = await TestModels.LoadAsync();

    [OneTimeTearDown]
    public async Task Unload()
    {
        await _engine.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task HonestAnswers_OfOtherSlotsAndAttention_AreVerified()
    {
        foreach ((int slots, bool flash) in new[] { (1, true), (8, false) })
        {
            await using LlamaEngine provider = await TestModels.LoadAsync(
                new LlamaOptions { Sequences = slots, FlashAttention = flash, ContextPerSequence = 512 });
            foreach (JobSampling sampling in new[] { Answers.Greedy, Answers.Varied })
            {
                AuditRequest answered = await Answers.AskAsync(provider, sampling, 4 * Audits);
                IReadOnlyList<ShardFinding> findings = await Answers.FindAsync(_engine, answered);

                Assert.That(findings.Select(f => f.Outcome), Has.None.EqualTo(ShardOutcome.Rejected));
                Assert.That(Answers.Account(findings).State, Is.Not.EqualTo(SequentialState.Cheater));
            }
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task SmallerModel_IsRejected(bool greedy)
    {
        string model = Write("smaller", path => Quantizer.Write(TestModels.Pocket, path, Quantisation.Q8_0, [2, 3]));

        await AssertRejectedAsync(await AnswersOfAsync(model, greedy ? Answers.Greedy : Answers.Varied));
    }

    [Test]
    public async Task HeavierQuantisation_IsCondemnedInTime()
    {
        string model = Write("q4_0", path => Quantizer.Write(TestModels.Pocket, path, Quantisation.Q4_0));

        await AssertCondemnedAsync(await AnswersOfAsync(model, Answers.Varied, 80));
    }

    [Test]
    public async Task StaleModelVersion_IsCondemnedInTime()
    {
        string model = Write("stale", path => WeightNoise.Write(TestModels.Pocket, path, seed: 1));

        await AssertCondemnedAsync(await AnswersOfAsync(model, Answers.Varied, 80));
    }

    [Test]
    public async Task TruncatedAnswer_IsRejected()
    {
        AuditRequest answered = await HonestAsync(Answers.Varied);
        foreach (AuditItem item in answered.Items)
        {
            Answers.Replace(_engine, item, item.Receipt.TokenIds.Take(item.Receipt.TokenIds.Count / 2));
        }

        await AssertRejectedAsync(answered);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task AnswerToAnotherQuestion_IsRejected(bool greedy)
    {
        AuditRequest answered = await HonestAsync(greedy ? Answers.Greedy : Answers.Varied);
        uint[][] tokens = [.. answered.Items.Select(item => item.Receipt.TokenIds.ToArray())];
        for (int i = 0; i < tokens.Length; i++)
        {
            Answers.Replace(_engine, answered.Items[i], tokens[(i + 1) % tokens.Length]);
        }

        await AssertRejectedAsync(answered);
    }

    [Test]
    public async Task AnswerOfAPeerToTheSameQuestion_UnderAnotherSeed_IsRejected() =>
        await AssertRejectedAsync(await UnderAnotherSamplerAsync(s => s.Seed++));

    [Test]
    public async Task OtherTemperature_IsRejected() =>
        await AssertRejectedAsync(await UnderAnotherSamplerAsync(s => s.Temperature = 0));

    [Test]
    public async Task OtherFilter_IsCondemnedInTime() =>
        await AssertCondemnedAsync(await UnderAnotherSamplerAsync(s => s.TopK = 1, 80));

    [Test]
    public async Task EditedTokens_AreRejected()
    {
        AuditRequest answered = await HonestAsync(Answers.Greedy);
        foreach (AuditItem item in answered.Items)
        {
            uint[] tokens = [.. item.Receipt.TokenIds];
            (tokens[2], tokens[5]) = (tokens[5], tokens[2]);
            Answers.Replace(_engine, item, tokens);
        }

        await AssertRejectedAsync(answered);
    }

    [Test]
    public async Task CannedAnswer_IsRejected()
    {
        AuditRequest answered = await HonestAsync(Answers.Greedy);
        foreach (AuditItem item in answered.Items)
        {
            Answers.Replace(_engine, item, answered.Items[0].Receipt.TokenIds);
        }

        answered.Items.RemoveAt(0);
        await AssertRejectedAsync(answered);
    }

    private string Write(string name, Action<string> write)
    {
        string path = Path.Combine(_folder, name + ".gguf");
        write(path);
        return path;
    }

    private static async Task<AuditRequest> AnswersOfAsync(string model, JobSampling sampling, int count = 4 * Audits)
    {
        await using LlamaEngine engine = await LlamaEngine.LoadAsync(
            model, new LlamaOptions { ContextPerSequence = 512, Threads = 1 });
        return await Answers.AskAsync(engine, sampling, count);
    }

    private Task<AuditRequest> HonestAsync(JobSampling sampling) => Answers.AskAsync(_engine, sampling, 4 * Audits);

    // Answers as one sampler draws them, passed off as those of the one that was asked for.
    private async Task<AuditRequest> UnderAnotherSamplerAsync(Action<JobSampling> change, int count = 4 * Audits)
    {
        JobSampling used = Answers.Varied.Clone();
        change(used);
        AuditRequest answered = await Answers.AskAsync(_engine, used, count);
        answered.Sampling = Answers.Varied.Clone();
        return answered;
    }

    private async Task AssertRejectedAsync(AuditRequest answered)
    {
        IReadOnlyList<ShardFinding> findings = await Answers.FindAsync(_engine, answered);

        Assert.Multiple(() =>
        {
            Assert.That(
                findings.Count(f => f.Outcome == ShardOutcome.Rejected), Is.GreaterThan(findings.Count * 3 / 4),
                string.Join(", ", findings));
            Assert.That(Answers.Account(findings.Take(1)).State, Is.EqualTo(SequentialState.Undecided));
            Assert.That(Answers.Account(findings).State, Is.EqualTo(SequentialState.Cheater));
        });
    }

    private async Task AssertCondemnedAsync(AuditRequest answered)
    {
        IReadOnlyList<ShardFinding> findings = await Answers.FindAsync(_engine, answered);

        Assert.That(
            Answers.Account(findings).State, Is.EqualTo(SequentialState.Cheater),
            string.Join(", ", findings.Select(f => $"{f.Outcome} {f.LogLikelihoodRatio:0.0}")));
    }
}
