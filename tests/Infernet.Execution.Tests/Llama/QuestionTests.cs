using Infernet.Execution.Generation;
using Infernet.Execution.Llama;

namespace Infernet.Execution.Tests.Llama;

[TestFixture]
public sealed class QuestionTests
{
    [Test]
    public async Task Questions_SixteenAtATime_AreAllAnsweredExactly()
    {
        await using LlamaEngine engine = await TestModels.LoadAsync(
            new LlamaOptions { Sequences = 16, ContextPerSequence = 512 });

        GenerationResult[] results = await Task
            .WhenAll(TestModels.Questions.Select(q => engine.CompleteAsync(TestModels.Ask(q.Question))))
            .WaitAsync(TestModels.Patience);

        Assert.Multiple(() =>
        {
            Assert.That(results, Has.Length.EqualTo(360));
            foreach (((string question, string answer), GenerationResult result) in TestModels.Questions.Zip(results))
            {
                Assert.That(result.Text, Is.EqualTo(answer), question);
                Assert.That(result.FinishReason, Is.EqualTo(FinishReason.Stop), question);
            }
        });
    }
}
