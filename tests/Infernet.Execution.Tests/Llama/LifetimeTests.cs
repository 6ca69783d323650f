using Infernet.Execution.Generation;
using Infernet.Execution.Llama;

namespace Infernet.Execution.Tests.Llama;

/// <summary>Requests that are given up, and engines that are unloaded under them.</summary>
[TestFixture]
public sealed class LifetimeTests
{
    private static readonly LlamaOptions OneSequence = new() { Sequences = 1, ContextPerSequence = 1024 };

    private static readonly GenerationRequest Endless = new() { Prompt = "a", MaxTokens = 1_000, IgnoreEnd = true };

    [Test]
    public async Task Cancel_InTheMiddle_EndsWithWhatThereIs()
    {
        await using LlamaEngine engine = await TestModels.LoadAsync(OneSequence);
        using var cancel = new CancellationTokenSource();
        GenerationResult? result = null;
        await foreach (GenerationDelta delta in engine.GenerateAsync(Endless, cancel.Token))
        {
            result = delta.Result;
            await cancel.CancelAsync();
        }

        Assert.Multiple(() =>
        {
            Assert.That(result!.FinishReason, Is.EqualTo(FinishReason.Cancelled));
            Assert.That(result.CompletionTokens, Is.InRange(1, 999));
            Assert.That(result.Text, Is.Not.Empty);
        });
    }

    [Test]
    public async Task Cancel_FreesTheSequenceForTheNext()
    {
        await using LlamaEngine engine = await TestModels.LoadAsync(OneSequence);
        using var cancel = new CancellationTokenSource();
        Task<GenerationResult> endless = engine.CompleteAsync(Endless with { MaxTokens = 100_000 }, cancel.Token);
        Task<GenerationResult> next = engine.CompleteAsync(TestModels.Ask("What is a heron?"));
        await cancel.CancelAsync();

        GenerationResult ended = await endless.WaitAsync(TestModels.Patience);
        GenerationResult answer = await next.WaitAsync(TestModels.Patience);

        Assert.Multiple(() =>
        {
            Assert.That(ended.FinishReason, Is.EqualTo(FinishReason.Cancelled));
            Assert.That(answer.FinishReason, Is.EqualTo(FinishReason.Stop));
        });
    }

    [Test]
    public async Task Cancel_BeforeTheStart_EndsWithNothing()
    {
        await using LlamaEngine engine = await TestModels.LoadAsync(OneSequence);
        GenerationResult result = await engine
            .CompleteAsync(Endless, new CancellationToken(canceled: true)).WaitAsync(TestModels.Patience);

        Assert.That((result.FinishReason, result.CompletionTokens), Is.EqualTo((FinishReason.Cancelled, 0)));
    }

    [Test]
    public async Task Cancel_OfScoring_Throws()
    {
        await using LlamaEngine engine = await TestModels.LoadAsync(OneSequence);
        Assert.That(
            () => engine.ScoreAsync([5], [6], SamplingOptions.Greedy, new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Reader_WhoStops_EndsTheGeneration()
    {
        await using LlamaEngine engine = await TestModels.LoadAsync(OneSequence);
        await foreach (GenerationDelta _ in engine.GenerateAsync(Endless with { MaxTokens = 100_000 }))
        {
            break;
        }

        // The only sequence must be free again, or this would wait for ever.
        GenerationResult answer = await engine
            .CompleteAsync(TestModels.Ask("What is a heron?")).WaitAsync(TestModels.Patience);
        Assert.That(answer.FinishReason, Is.EqualTo(FinishReason.Stop));
    }

    [Test]
    public async Task Queue_ThatIsFull_HoldsCallersBackAndLosesNobody()
    {
        await using LlamaEngine engine = await TestModels.LoadAsync(OneSequence with { QueueLimit = 1 });
        GenerationResult[] results = await Task
            .WhenAll(Enumerable.Range(0, 20).Select(_ => engine.CompleteAsync(TestModels.Ask("What is a heron?", 4))))
            .WaitAsync(TestModels.Patience);

        Assert.That(results.Select(result => result.CompletionTokens), Is.All.EqualTo(4));
    }

    [Test]
    public async Task Unload_UnderRequests_TellsEachOfThem()
    {
        LlamaEngine engine = await TestModels.LoadAsync(OneSequence with { QueueLimit = 2 });
        Task<GenerationResult>[] requests =
            [.. Enumerable.Range(0, 6).Select(_ => engine.CompleteAsync(Endless))];
        Task<GenerationResult> streamed = Task.Run(async () =>
        {
            GenerationResult? last = null;
            await foreach (GenerationDelta delta in engine.GenerateAsync(Endless))
            {
                last = delta.Result;
            }

            return last!;
        });

        await engine.DisposeAsync().AsTask().WaitAsync(TestModels.Patience);

        foreach (Task<GenerationResult> request in requests.Append(streamed))
        {
            Assert.That(
                () => request.WaitAsync(TestModels.Patience),
                Throws.TypeOf<EngineUnloadedException>().With.Message.Contains("pocket-wordnet"));
        }
    }

    [Test]
    public async Task Unload_Twice_IsFine()
    {
        LlamaEngine engine = await TestModels.LoadAsync(OneSequence);
        await engine.DisposeAsync();
        await engine.DisposeAsync();

        Assert.That(() => engine.CompleteAsync(Endless), Throws.TypeOf<EngineUnloadedException>());
    }

    [Test]
    public async Task TwoEngines_OfOneModel_WorkSideBySide()
    {
        await using LlamaEngine first = await TestModels.LoadAsync(OneSequence);
        await using LlamaEngine second = await TestModels.LoadAsync(OneSequence);
        GenerationResult[] results = await Task
            .WhenAll(
                first.CompleteAsync(TestModels.Ask("What is a heron?")),
                second.CompleteAsync(TestModels.Ask("What is a heron?")))
            .WaitAsync(TestModels.Patience);

        Assert.That(results[1].TokenIds, Is.EqualTo(results[0].TokenIds));
    }
}
