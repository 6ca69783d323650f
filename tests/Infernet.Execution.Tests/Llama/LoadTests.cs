using Infernet.Execution.Llama;
using Infernet.Execution.Llama.Native;
using Infernet.Execution.Tests.Gguf;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Execution.Tests.Llama;

[TestFixture]
public sealed class LoadTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("infernet-load").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Load_OfShippedModel_TellsWhatItIs()
    {
        var progress = new Progress();
        await using LlamaEngine engine = await LlamaEngine.LoadAsync(TestModels.Pocket, progress: progress);

        Assert.Multiple(() =>
        {
            Assert.That(engine.Model.Architecture, Is.EqualTo("llama"));
            Assert.That(engine.Model.ContextLength, Is.EqualTo(1024));
            Assert.That(engine.ContextLength, Is.EqualTo(1024));
            Assert.That(engine.Model.Parameters, Is.EqualTo(5_508_352));
            Assert.That(engine.Model.Quantisation, Is.EqualTo("Q8_0"));
            Assert.That(engine.Model.VocabularySize, Is.EqualTo(3_072));
            Assert.That(engine.Model.ChatTemplate, Does.Contain("<|im_start|>"));
            Assert.That(engine.Info.Name, Is.EqualTo("llama.cpp"));
            Assert.That(engine.Info.LibraryVersion, Does.StartWith("0.5.0"));
            Assert.That(engine.Info.CpuVariant, Is.Not.Empty);
            Assert.That(progress.Last, Is.EqualTo(1));
        });
    }

    [Test]
    public void Load_OfMissingFile_SaysSo() =>
        AssertFails(Path.Combine(_folder, "nowhere.gguf"), ModelLoadError.NoSuchFile, "There is no file");

    [Test]
    public void Load_OfFolder_SaysSo() => AssertFails(_folder, ModelLoadError.NoSuchFile, "can't be read");

    [Test]
    public void Load_OfOtherFile_SaysThatItIsNoGguf() =>
        AssertFails(Write("#!/bin/sh\necho"u8.ToArray()), ModelLoadError.NotGguf, "letters GGUF");

    [Test]
    public void Load_OfEmptyFile_SaysThatItIsNoGguf() => AssertFails(Write([]), ModelLoadError.NotGguf, "letters GGUF");

    [TestCase(0.5)]
    [TestCase(0.9)]
    [TestCase(0.999)]
    public void Load_OfFileWithoutItsEnd_SaysThatItIsCutOff(double part)
    {
        byte[] whole = File.ReadAllBytes(TestModels.Pocket);
        AssertFails(Write(whole[..(int)(whole.Length * part)]), ModelLoadError.Truncated, "cut off");
    }

    [Test]
    public void Load_OfFileCutInItsHeader_SaysThatItIsTruncated() =>
        AssertFails(Write(RandomModel.Create(1).File[..300]), ModelLoadError.Truncated, "header");

    [Test]
    public void Load_OfUnknownArchitecture_NamesIt() =>
        AssertFails(RandomModel.Write(_folder, 1, "hydra"), ModelLoadError.Unsupported, "hydra");

    [Test]
    public void Load_OfContradictoryFile_HasTheLibrarysWords()
    {
        byte[] file = new GgufWriter().Add("general.architecture", "llama").ToArray().File;
        AssertFails(Write(file), ModelLoadError.Malformed, "llama.cpp says");
    }

    [Test]
    public void Load_OverTheMemoryLimit_SaysHowMuchIsNeeded() =>
        AssertFails(
            TestModels.Pocket, ModelLoadError.OutOfMemory, "8 contexts of 1024 tokens, but 10 MiB are available",
            new LlamaOptions { MemoryLimit = 10 << 20 });

    [Test]
    public void Load_WithContextBeyondTheMachine_IsOutOfMemory() =>
        AssertFails(
            TestModels.Pocket, ModelLoadError.OutOfMemory, "16777216 tokens",
            new LlamaOptions { Sequences = 64, ContextPerSequence = 1 << 24 });

    [Test]
    public void Load_OfContextThatTheLibraryRefuses_SaysSo()
    {
        LlamaLibrary.Load(null, NullLogger.Instance);
        using LlamaModel model = LlamaModel.Load(
            TestModels.Pocket, LlamaModel.ReadHeader(TestModels.Pocket), null, null, CancellationToken.None);

        Assert.That(
            () => LlamaContext.Create(model, new ContextShape(100_000, 1, 512, 1, true)),
            Throws.TypeOf<ModelLoadException>().With.Message.Contains("A context of 100000 x 1 tokens"));
    }

    [TestCase("ggml_aligned_malloc: unable to allocate buffer", ModelLoadError.OutOfMemory)]
    [TestCase("alloc_tensor_range: failed to allocate CPU buffer of size 1", ModelLoadError.OutOfMemory)]
    [TestCase("error loading model: unknown model architecture: 'x'", ModelLoadError.Unsupported)]
    [TestCase("something else", ModelLoadError.Malformed)]
    public void Complaint_OfLibrary_IsUnderstood(string line, ModelLoadError expected) =>
        Assert.That(LoadComplaint.Classify([line]), Is.EqualTo(expected));

    [Test]
    public void Load_Cancelled_Ends()
    {
        using var cancelled = new CancellationTokenSource();
        var progress = new Progress { OnReport = _ => cancelled.Cancel() };

        Assert.That(
            () => LlamaEngine.LoadAsync(TestModels.Pocket, progress: progress, cancellationToken: cancelled.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Library_Missing_NamesTheCommand() =>
        Assert.That(
            () => LlamaLibrary.Load(_folder, "libllama.*so"),
            Throws.TypeOf<NativeLibraryException>().With.Message.Contains("eng/native.sh"));

    [Test]
    public void Library_Damaged_NamesTheCommand()
    {
        File.WriteAllText(Path.Combine(_folder, "libllama.so"), "no library");
        Assert.That(
            () => LlamaLibrary.Load(_folder, "libllama.*so"),
            Throws.TypeOf<NativeLibraryException>().With.Message.Contains("eng/native.sh"));
    }

    [Test]
    public void Variant_ThatIsNotActive_IsRefused() =>
        Assert.That(
            () => LlamaEngine.LoadAsync(TestModels.Pocket, new LlamaOptions { Variant = "pdp11" }),
            Throws.TypeOf<NativeLibraryException>().With.Message.Contains("pdp11"));

    [Test]
    public async Task Variant_ThatIsActive_MayBeNamed()
    {
        string active = LlamaLibrary.Load(null, NullLogger.Instance).CpuVariant;
        await using LlamaEngine engine = await LlamaEngine.LoadAsync(
            TestModels.Pocket, new LlamaOptions { Variant = active, Sequences = 1 });

        Assert.That(engine.Info.CpuVariant, Is.EqualTo(active));
    }

    private static readonly LlamaOptions[] BadOptions =
    [
        new() { Sequences = 0 },
        new() { Sequences = 100_000 },
        new() { ContextPerSequence = 0 },
        new() { BatchTokens = 4, Sequences = 8 },
        new() { Threads = 0 },
        new() { QueueLimit = 0 },
    ];

    [TestCaseSource(nameof(BadOptions))]
    public void Options_OutOfRange_AreRefused(LlamaOptions options) =>
        Assert.That(
            () => LlamaEngine.LoadAsync(TestModels.Pocket, options),
            Throws.TypeOf<InvalidRequestException>().With.Message.Contains("must be"));

    private static void AssertFails(string path, ModelLoadError error, string words, LlamaOptions? options = null) =>
        Assert.That(
            () => LlamaEngine.LoadAsync(path, options),
            Throws.TypeOf<ModelLoadException>()
                .With.Property(nameof(ModelLoadException.Error)).EqualTo(error)
                .And.Message.Contains(path)
                .And.Message.Contains(words));

    private string Write(byte[] bytes)
    {
        string path = Path.Combine(_folder, "model.gguf");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private sealed class Progress : IProgress<float>
    {
        public Action<float>? OnReport { get; init; }

        public float Last { get; private set; }

        public void Report(float value)
        {
            Last = value;
            OnReport?.Invoke(value);
        }
    }
}
