using Infernet.Core.Audits;
using Infernet.Core.Schemas;
using Infernet.Execution.Llama;
using static Infernet.Core.Schemas.ItemVerdict.Types;
using FinishReason = Infernet.Core.Receipts.FinishReason;

namespace Infernet.Execution.Tests.Auditing;

/// <summary>What an audit says of answers that are right, and the fault that it finds in each that is plainly not.</summary>
[TestFixture]
public sealed class LlamaAuditorTests
{
    private LlamaEngine _engine = null!;
    private AuditRequest _answered = null!;

    [OneTimeSetUp]
    public async Task Load()
    {
        _engine = await TestModels.LoadAsync();
        _answered = await Answers.AskAsync(_engine, Answers.Greedy, 4);
    }

    [OneTimeTearDown]
    public async Task Unload() => await _engine.DisposeAsync();

    [TestCase("", TestName = "Judge_GreedyAnswers_FindsNothing")]
    [TestCase("varied", TestName = "Judge_DrawnAnswers_FindsNothing")]
    [TestCase("stop", TestName = "Judge_AnswersEndedByAStopText_FindsNothing")]
    [TestCase("short", TestName = "Judge_AnswersOfTheGreatestLength_FindsNothing")]
    public async Task Judge_HonestAnswers_FindsNothing(string kind)
    {
        var sampling = (kind == "varied" ? Answers.Varied : Answers.Greedy).Clone();
        sampling.MaxTokens = kind == "short" ? 5u : sampling.MaxTokens;
        sampling.Stop.Add(kind == "stop" ? [": a"] : []);
        AuditRequest answered = await Answers.AskAsync(_engine, sampling, 8);

        IReadOnlyList<ItemVerdict> verdicts = await Answers.JudgeAsync(_engine, answered);
        Assert.Multiple(() =>
        {
            Assert.That(verdicts.SelectMany(v => v.Faults), Is.Empty);
            Assert.That(
                verdicts.Select(v => (int)v.Tokens), Is.EqualTo(answered.Items.Select(i => i.Receipt.TokenIds.Count)));
            Assert.That(
                Answers.Findings(verdicts, answered).Select(f => f.Outcome), Is.All.EqualTo(ShardOutcome.Verified));
        });
    }

    [Test]
    public async Task Judge_AnswersCutOffByTheProvidersContext_FindsNothing()
    {
        await using LlamaEngine narrow = await TestModels.LoadAsync(new LlamaOptions { ContextPerSequence = 32 });
        AuditRequest answered = await Answers.AskAsync(narrow, Answers.Greedy, 4);

        Assert.That(answered.Items.Select(i => i.Receipt.FinishReason), Has.Some.EqualTo(FinishReason.Length));
        Assert.That((await Answers.JudgeAsync(_engine, answered)).SelectMany(v => v.Faults), Is.Empty);
    }

    private static IEnumerable<TestCaseData> Wrong()
    {
        yield return Case(Fault.InputHash, i => i.Input.Chat.Messages[0].Content += "?");
        yield return Case(Fault.OutputHash, i => i.Output.Text += "!");
        yield return Case(Fault.Text, i => Signed(i, () => i.Output.Text += "!"));
        yield return Case(Fault.UnknownToken, i => i.Receipt.TokenIds[0] = 1_000_000);
        yield return Case(Fault.PromptTokens, i => i.Receipt.PromptTokens++);
        yield return Case(Fault.NotEnded, CutOff);
        yield return Case(Fault.NotEnded, i => i.Receipt.FinishReason = FinishReason.Length, "ClaimsALength");
        yield return Case(Fault.NotEnded, Empty, "Empty");
        yield return Case(Fault.TooLong, i => i.Receipt.TokenIds.Add(i.Receipt.TokenIds[0]));
        yield return Case(Fault.ErrorClaimed, i => Signed(i, () => ClaimError(i)));
    }

    [TestCaseSource(nameof(Wrong))]
    public async Task Judge_AnItemThatIsWrong_FindsTheFault(Action<AuditItem> spoil, Fault fault)
    {
        AuditRequest spoilt = _answered.Clone();
        spoil(spoilt.Items[1]);

        IReadOnlyList<ItemVerdict> verdicts = await Answers.JudgeAsync(_engine, spoilt);
        Assert.Multiple(() =>
        {
            Assert.That(verdicts[1].Faults, Does.Contain(fault));
            Assert.That(verdicts.Where((_, i) => i != 1).SelectMany(v => v.Faults), Is.Empty);
        });
    }

    [Test]
    public async Task Judge_APromptThatLeavesNoRoom_FindsTheErrorRight()
    {
        AuditRequest request = _answered.Clone();
        AuditItem item = request.Items[0];
        item.Input.Chat.Messages[0].Content = string.Join(' ', Enumerable.Repeat("word", 600));
        Signed(item, () => ClaimError(item));

        Assert.That((await Answers.JudgeAsync(_engine, request))[0].Faults, Is.Empty);
    }

    [Test]
    public async Task Judge_AnswersLongerThanTheAuditorsContext_SaysThatItCannot()
    {
        await using LlamaEngine narrow = await TestModels.LoadAsync(new LlamaOptions { ContextPerSequence = 16 });

        Assert.That(
            async () => await Answers.JudgeAsync(narrow, _answered), Throws.TypeOf<PromptTooLongException>());
    }

    [Test]
    public async Task Judge_Embeddings_FindsThoseThatAreFar()
    {
        AuditRequest request = _answered.Clone();
        request.Kind = JobKind.Embedding;
        foreach (AuditItem item in request.Items)
        {
            string text = item.Input.Chat.Messages[0].Content;
            item.Input.Text = text;
            item.Output = new ItemOutput { Index = item.Input.Index };
            item.Output.Embedding.Add(await _engine.EmbedAsync(text));
            item.Receipt.TokenIds.Clear();
            item.Receipt.PromptTokens = (uint)_engine.Tokenize(text).Count;
            Answers.Sign(item);
        }

        AuditItem far = request.Items[2];
        Signed(far, () => far.Output.Embedding[0] += 0.5f);
        AuditItem shorter = request.Items[3];
        Signed(shorter, () => shorter.Output.Embedding.RemoveAt(0));

        Assert.That(
            (await Answers.JudgeAsync(_engine, request)).Select(v => v.Faults.SingleOrDefault()),
            Is.EqualTo(new[] { Fault.None, Fault.None, Fault.Embedding, Fault.Embedding }));
    }

    private static void Signed(AuditItem item, Action change)
    {
        change();
        Answers.Sign(item);
    }

    private static void ClaimError(AuditItem item)
    {
        item.Receipt.TokenIds.Clear();
        item.Receipt.FinishReason = FinishReason.Error;
        item.Output = new ItemOutput { Index = item.Input.Index, Error = "too long" };
    }

    private static void CutOff(AuditItem item)
    {
        while (item.Receipt.TokenIds.Count > 3)
        {
            item.Receipt.TokenIds.RemoveAt(3);
        }
    }

    private static void Empty(AuditItem item) => Signed(item, () =>
    {
        item.Receipt.TokenIds.Clear();
        item.Output.Text = "";
    });

    private static TestCaseData Case(Fault fault, Action<AuditItem> spoil, string name = "") =>
        new TestCaseData(spoil, fault).SetArgDisplayNames(fault + name);
}
