using System.Text;
using Infernet.Core.Jobs;
using Infernet.Execution.Generation;
using Infernet.Execution.Llama;
using Infernet.Execution.Tests.Gguf;

namespace Infernet.Execution.Tests.Llama;

[TestFixture]
public sealed class GenerationTests
{
    private const string Question = "What is a heron?";

    private LlamaEngine _engine = null!;

    [OneTimeSetUp]
    public async Task Load() => _engine = await TestModels.LoadAsync();

    [OneTimeTearDown]
    public async Task Unload() => await _engine.DisposeAsync();

    private static GenerationRequest Varied(ulong seed) => TestModels.Ask("Hello", 40) with
    {
        Sampling = new SamplingOptions { Temperature = 1.2f, TopK = 40, TopP = 0.95f, MinP = 0.01f, Seed = seed },
    };

    private Task<GenerationResult> CompleteAsync(GenerationRequest request) =>
        _engine.CompleteAsync(request).WaitAsync(TestModels.Patience);

    [Test]
    public async Task SameSeed_Again_GivesTheSameTokens()
    {
        GenerationResult first = await CompleteAsync(Varied(3));
        GenerationResult second = await CompleteAsync(Varied(3));

        Assert.That(second.TokenIds, Is.EqualTo(first.TokenIds));
    }

    [Test]
    public async Task OtherSeed_GivesOtherTokens()
    {
        GenerationResult first = await CompleteAsync(Varied(3));
        GenerationResult second = await CompleteAsync(Varied(4));

        Assert.That(second.TokenIds, Is.Not.EqualTo(first.TokenIds));
    }

    [Test]
    public async Task Sequence_AmongOthers_GivesTheTokensThatItGivesAlone()
    {
        GenerationResult alone = await CompleteAsync(Varied(1));
        GenerationResult[] together = await Task
            .WhenAll(Enumerable.Range(1, 8).Select(seed => CompleteAsync(Varied((ulong)seed))));

        Assert.That(together[0].TokenIds, Is.EqualTo(alone.TokenIds));
    }

    [Test]
    public async Task LongPrompt_InSmallBatches_GivesTheSameText()
    {
        string prompt = string.Concat(Enumerable.Repeat("A heron is a bird. ", 15)) + Question;
        await using LlamaEngine small = await TestModels.LoadAsync(
            new LlamaOptions { Sequences = 2, ContextPerSequence = 512, BatchTokens = 16, FlashAttention = false });
        await using LlamaEngine large = await TestModels.LoadAsync(
            new LlamaOptions { Sequences = 2, ContextPerSequence = 512, BatchTokens = 512, FlashAttention = false });

        GenerationResult pieces = await small.CompleteAsync(TestModels.Ask(prompt, 8)).WaitAsync(TestModels.Patience);
        GenerationResult whole = await large.CompleteAsync(TestModels.Ask(prompt, 8)).WaitAsync(TestModels.Patience);

        Assert.That(pieces.Text, Is.EqualTo(whole.Text));
    }

    [Test]
    public async Task SixtyFourRequests_OverEightSequences_AllEndInTheirOwnText()
    {
        (string Question, string Answer)[] asked = [.. TestModels.Questions.Take(64)];
        GenerationResult[] results = await Task.WhenAll(asked.Select(q => CompleteAsync(TestModels.Ask(q.Question))));

        Assert.That(results.Select(result => result.Text), Is.EqualTo(asked.Select(q => q.Answer)));
    }

    [Test]
    public async Task Stream_PutTogether_IsTheWholeResult()
    {
        var text = new StringBuilder();
        var tokens = new List<int>();
        GenerationResult? result = null;
        await foreach (GenerationDelta delta in _engine.GenerateAsync(TestModels.Ask(Question)))
        {
            Assert.That(result, Is.Null, "only the last piece has the result");
            text.Append(delta.Text);
            tokens.AddRange(delta.TokenIds);
            result = delta.Result;
        }

        GenerationResult whole = await CompleteAsync(TestModels.Ask(Question));
        Assert.Multiple(() =>
        {
            Assert.That(text.ToString(), Is.EqualTo(whole.Text).And.EqualTo(result!.Text));
            Assert.That(tokens, Is.EqualTo(whole.TokenIds).And.EqualTo(result.TokenIds));
            Assert.That(result.FinishReason, Is.EqualTo(FinishReason.Stop));
            Assert.That(result.PromptTokens, Is.EqualTo(_engine.TokenizePrompt(TestModels.Ask(Question)).Count));
        });
    }

    [Test]
    public async Task MaxTokens_Reached_EndsByLength()
    {
        GenerationResult result = await CompleteAsync(TestModels.Ask(Question, 3));

        Assert.That((result.CompletionTokens, result.FinishReason), Is.EqualTo((3, FinishReason.Length)));
    }

    [Test]
    public async Task Context_Full_EndsByLength()
    {
        await using LlamaEngine small = await TestModels.LoadAsync(
            new LlamaOptions { Sequences = 1, ContextPerSequence = 24 });
        GenerationRequest request = TestModels.Ask(Question, 1_000) with { IgnoreEnd = true };

        GenerationResult result = await small.CompleteAsync(request).WaitAsync(TestModels.Patience);

        Assert.Multiple(() =>
        {
            Assert.That(result.FinishReason, Is.EqualTo(FinishReason.Length));
            Assert.That(result.PromptTokens + result.CompletionTokens, Is.EqualTo(24));
        });
    }

    [Test]
    public async Task StopText_AcrossTokens_EndsTheTextBeforeIt()
    {
        GenerationResult whole = await CompleteAsync(TestModels.Ask(Question));
        string stop = whole.Text[10..17];
        GenerationRequest request = TestModels.Ask(Question) with { Stop = [stop, "never"] };
        var pieces = new StringBuilder();
        await foreach (GenerationDelta delta in _engine.GenerateAsync(request))
        {
            pieces.Append(delta.Text);
        }

        GenerationResult stopped = await CompleteAsync(request);
        Assert.Multiple(() =>
        {
            Assert.That(stopped.Text, Is.EqualTo(whole.Text[..whole.Text.IndexOf(stop, StringComparison.Ordinal)]));
            Assert.That(pieces.ToString(), Is.EqualTo(stopped.Text));
            Assert.That((stopped.FinishReason, stopped.StopText), Is.EqualTo((FinishReason.Stop, stop)));
        });
    }

    [Test]
    public async Task Bytes_OfRandomModel_NeverSplitACharacter()
    {
        string folder = Directory.CreateTempSubdirectory("infernet-bytes").FullName;
        try
        {
            await using LlamaEngine random = await LlamaEngine.LoadAsync(
                RandomModel.Write(folder, 5), new LlamaOptions { Sequences = 4, Threads = 1 });
            for (ulong seed = 0; seed < 20; seed++)
            {
                GenerationRequest request = new()
                {
                    Prompt = "x",
                    MaxTokens = 60,
                    Sampling = new SamplingOptions { Temperature = 3, Seed = seed },
                };
                var text = new StringBuilder();
                GenerationResult? result = null;
                await foreach (GenerationDelta delta in random.GenerateAsync(request))
                {
                    Assert.That(delta.Text.Length == 0 || !char.IsHighSurrogate(delta.Text[^1]), "half a character");
                    text.Append(delta.Text);
                    result = delta.Result;
                }

                Assert.That(text.ToString(), Is.EqualTo(random.Detokenize(result!.TokenIds)));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task Chat_WithModelWithoutTemplate_IsRefused()
    {
        string folder = Directory.CreateTempSubdirectory("infernet-chat").FullName;
        try
        {
            await using LlamaEngine mute = await LlamaEngine.LoadAsync(
                RandomModel.Write(folder, 5, chat: false), new LlamaOptions { Sequences = 1 });
            Assert.That(
                () => mute.CompleteAsync(TestModels.Ask("Hello")),
                Throws.TypeOf<InvalidRequestException>().With.Message.Contains("no chat template"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void Chat_IsRenderedByTheModelsTemplate() =>
        Assert.That(
            _engine.RenderPrompt([new ChatTurn("system", "Be brief."), new ChatTurn("user", "Hi – é")]),
            Is.EqualTo("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi – é<|im_end|>\n" +
                "<|im_start|>assistant\n"));

    [Test]
    public void Text_Tokenized_ComesBack()
    {
        const string Text = "naïve café — 日本 heron's\n\ttab";
        Assert.That(_engine.Detokenize(_engine.Tokenize(Text)), Is.EqualTo(Text));
    }

    [TestCase(-1)]
    [TestCase(3_072)]
    public void Token_OfAnotherModel_IsRefused(int token) =>
        Assert.That(() => _engine.Detokenize([token]), Throws.TypeOf<InvalidRequestException>());

    [Test]
    public void Prompt_LongerThanTheContext_SaysBothNumbers()
    {
        GenerationRequest request = new() { Prompt = string.Concat(Enumerable.Repeat("heron ", 600)) };
        int tokens = _engine.TokenizePrompt(request).Count;

        Assert.That(
            () => _engine.CompleteAsync(request),
            Throws.TypeOf<PromptTooLongException>()
                .With.Message.Contains($"{tokens} tokens").And.Message.Contains("holds 512"));
    }

    private static readonly GenerationRequest[] BadRequests =
    [
        new(),
        new() { Prompt = "a", Messages = [new ChatTurn("user", "a")] },
        new() { Prompt = "" },
        new() { Messages = [] },
        new() { Messages = [new ChatTurn("user", "a\0b")] },
        new() { Prompt = "a", MaxTokens = 0 },
        new() { Prompt = "a", Stop = [""] },
        new() { Prompt = "a", Stop = [.. Enumerable.Repeat("x", 17)] },
        new() { Prompt = "a", Sampling = new SamplingOptions { Temperature = -1 } },
        new() { Prompt = "a", Sampling = new SamplingOptions { Temperature = float.NaN } },
        new() { Prompt = "a", Sampling = new SamplingOptions { TopK = -1 } },
        new() { Prompt = "a", Sampling = new SamplingOptions { TopP = 0 } },
        new() { Prompt = "a", Sampling = new SamplingOptions { MinP = 1.5f } },
    ];

    [TestCaseSource(nameof(BadRequests))]
    public void Request_WithWrongField_IsRefused(GenerationRequest request) =>
        Assert.That(() => _engine.CompleteAsync(request), Throws.TypeOf<InvalidRequestException>());

    [Test]
    public async Task Score_OfOwnCompletion_FindsEachTokenDrawn()
    {
        GenerationRequest request = Varied(9);
        GenerationResult result = await CompleteAsync(request);

        IReadOnlyList<TokenScore> scores = await _engine
            .ScoreAsync(_engine.TokenizePrompt(request), result.TokenIds, request.Sampling)
            .WaitAsync(TestModels.Patience);

        Assert.Multiple(() =>
        {
            Assert.That(scores.Select(score => score.TokenId), Is.EqualTo(result.TokenIds));
            // Prefill and decode round differently, which may turn a close draw.
            Assert.That(scores.Count(score => score.Margin == 0), Is.GreaterThanOrEqualTo(scores.Count - 2));
        });
    }

    [Test]
    public async Task Score_OfForeignTokens_FindsThemFar()
    {
        IReadOnlyList<int> prompt = _engine.TokenizePrompt(TestModels.Ask(Question));
        IReadOnlyList<int> foreign = _engine.Tokenize("volcano piano seven");

        IReadOnlyList<TokenScore> scores = await _engine
            .ScoreAsync(prompt, foreign, SamplingOptions.Greedy).WaitAsync(TestModels.Patience);

        Assert.That(scores[0].Margin, Is.GreaterThan(1));
    }

    [Test]
    public void Score_OfUnknownToken_IsRefused() =>
        Assert.That(
            () => _engine.ScoreAsync([1], [3_072], SamplingOptions.Greedy), Throws.TypeOf<InvalidRequestException>());

    [Test]
    public async Task Embedding_OfText_HasLengthOneAndIsItsOwn()
    {
        IReadOnlyList<float> one = await _engine.EmbedAsync("heron").WaitAsync(TestModels.Patience);
        IReadOnlyList<float> again = await _engine.EmbedAsync("heron").WaitAsync(TestModels.Patience);
        IReadOnlyList<float> other = await _engine.EmbedAsync("What is a volcano?").WaitAsync(TestModels.Patience);

        Assert.Multiple(() =>
        {
            Assert.That(one, Has.Count.EqualTo(256));
            Assert.That(one.Sum(x => (double)x * x), Is.EqualTo(1).Within(1e-5));
            Assert.That(again, Is.EqualTo(one));
            Assert.That(other, Is.Not.EqualTo(one));
        });
    }

    [Test]
    public void Embedding_OfTextBeyondTheContext_IsRefused() =>
        Assert.That(
            () => _engine.EmbedAsync(string.Concat(Enumerable.Repeat("heron ", 600))),
            Throws.TypeOf<PromptTooLongException>());
}
