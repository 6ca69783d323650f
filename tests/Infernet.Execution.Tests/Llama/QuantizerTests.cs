using Infernet.Execution.Generation;
using Infernet.Execution.Llama;

namespace Infernet.Execution.Tests.Llama;

[TestFixture]
public sealed class QuantizerTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("infernet-quantizer").FullName;

    [OneTimeTearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase(nameof(Quantisation.Q4_0), "Q4_0")]
    [TestCase(nameof(Quantisation.Q5_1), "Q5_1")]
    [TestCase(nameof(Quantisation.F16), "F16")]
    public async Task Write_InAnotherQuantisation_MakesAModelThatSaysSo(string type, string name)
    {
        string target = Path.Combine(_folder, type + ".gguf");
        Quantizer.Write(TestModels.Pocket, target, Enum.Parse<Quantisation>(type));

        await using LlamaEngine engine = await LoadAsync(target);
        Assert.That(engine.Info.Precision, Is.EqualTo(name));
        Assert.That((await AskAsync(engine)).Text, Is.Not.Empty);
    }

    [Test]
    public async Task Write_WithoutLayers_MakesASmallerModelOfTheSameTokens()
    {
        string target = Path.Combine(_folder, "small.gguf");
        Quantizer.Write(TestModels.Pocket, target, Quantisation.Q8_0, withoutLayers: [1, 2]);

        await using LlamaEngine whole = await TestModels.LoadAsync();
        await using LlamaEngine small = await LoadAsync(target);
        Assert.Multiple(() =>
        {
            Assert.That(small.Model.Parameters, Is.LessThan(whole.Model.Parameters));
            Assert.That(small.Model.VocabularySize, Is.EqualTo(whole.Model.VocabularySize));
        });
        Assert.That((await AskAsync(small)).TokenIds, Is.Not.EqualTo((await AskAsync(whole)).TokenIds));
    }

    [Test]
    public void Write_OfWhatIsNoModel_SaysWhatTheLibrarySays() => Assert.That(
        () => Quantizer.Write(
            Path.Combine(TestModels.Folder, "questions.tsv"), Path.Combine(_folder, "x"), Quantisation.Q4_0),
        Throws.TypeOf<ModelLoadException>());

    private static Task<LlamaEngine> LoadAsync(string path) => LlamaEngine.LoadAsync(
        path, new LlamaOptions { ContextPerSequence = 256, Sequences = 1, Threads = 1 });

    private static Task<GenerationResult> AskAsync(LlamaEngine engine) =>
        engine.CompleteAsync(TestModels.Ask("What is a heron?")).WaitAsync(TestModels.Patience);
}
