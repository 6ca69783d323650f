using System.Buffers.Binary;
using Infernet.Execution.Gguf;

namespace Infernet.Execution.Tests.Gguf;

[TestFixture]
public sealed class GgufHeaderTests
{
    private static readonly (byte[] File, int HeaderLength) Whole = RandomModel.Create(1);

    [Test]
    public void Header_OfWholeFile_HasItsValues()
    {
        GgufHeader header = GgufHeader.Read(new MemoryStream(Whole.File));

        Assert.Multiple(() =>
        {
            Assert.That(header.Architecture, Is.EqualTo("llama"));
            Assert.That(header.Text("general.name"), Is.EqualTo("random"));
            Assert.That(header.Integer("context_length"), Is.EqualTo(512));
            Assert.That(header.Integer("attention.head_count_kv"), Is.EqualTo(1), "the largest of an array");
            Assert.That(header.Integer("attention.layer_norm_rms_epsilon"), Is.Null, "no integer");
        });
    }

    [Test]
    public void Header_CutAnywhere_IsTruncatedOrNoGguf()
    {
        for (int length = 0; length < Whole.HeaderLength; length++)
        {
            var cut = new MemoryStream(Whole.File, 0, length);
            GgufFormatException error = Assert.Throws<GgufFormatException>(() => GgufHeader.Read(cut))!;
            Assert.That(
                error.Error, Is.EqualTo(length < 4 ? ModelLoadError.NotGguf : ModelLoadError.Truncated), $"{length}");
        }
    }

    [Test]
    public void Header_OfAnyBytes_IsReadOrRefused()
    {
        var random = new Random(7);
        for (int round = 0; round < 2_000; round++)
        {
            byte[] bytes = Whole.File[..(Whole.HeaderLength + 64)];
            for (int flips = random.Next(1, 6); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                _ = GgufHeader.Read(new MemoryStream(bytes));
            }
            catch (GgufFormatException)
            {
            }
        }
    }

    [TestCase(4, 1u, ModelLoadError.Unsupported, "version 1")]
    [TestCase(4, 99u, ModelLoadError.Unsupported, "version 99")]
    [TestCase(12, 1u, ModelLoadError.Malformed, "tensors")]
    [TestCase(20, 1u, ModelLoadError.Malformed, "metadata keys")]
    [TestCase(28, 1u, ModelLoadError.Malformed, "string of")]
    public void Header_WithImpossibleNumber_IsRefused(int offset, uint value, ModelLoadError expected, string words)
    {
        byte[] bytes = [.. Whole.File];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), value);

        GgufFormatException error =
            Assert.Throws<GgufFormatException>(() => GgufHeader.Read(new MemoryStream(bytes)))!;

        Assert.Multiple(() =>
        {
            Assert.That(error.Error, Is.EqualTo(expected));
            Assert.That(error.Message, Does.Contain(words));
        });
    }

    [Test]
    public void Header_WithoutArchitecture_IsMalformed()
    {
        byte[] file = new GgufWriter().Add("general.name", "x").ToArray().File;

        GgufFormatException error = Assert.Throws<GgufFormatException>(() => GgufHeader.Read(new MemoryStream(file)))!;

        Assert.That(error.Error, Is.EqualTo(ModelLoadError.Malformed));
    }

    [TestCase("block_count", 0)]
    [TestCase("block_count", 513)]
    [TestCase("embedding_length", 0)]
    [TestCase("context_length", 0)]
    [TestCase("expert_count", 1_000)]
    [TestCase("expert_used_count", 1)]
    [TestCase("attention.head_count_kv", 3)]
    public void Header_WithImpossibleShape_NamesTheNumber(string key, int value)
    {
        GgufWriter writer = new GgufWriter().Add("general.architecture", "llama").Add("llama.attention.head_count", 2);
        byte[] file = writer.Add("llama." + key, value).ToArray().File;

        GgufFormatException error = Assert.Throws<GgufFormatException>(() => GgufHeader.Read(new MemoryStream(file)))!;

        Assert.That(error.Message, Does.Contain(key).And.Contain($"{value}"));
    }

    [TestCase("a", "a")]
    [TestCase("a\0b", "a\0c")]
    public void Vocabulary_WithATokenTwice_IsMalformed(string one, string other)
    {
        byte[] file = new GgufWriter()
            .Add("general.architecture", "llama").Add("tokenizer.ggml.tokens", [one, "", "", other]).ToArray().File;

        GgufFormatException error = Assert.Throws<GgufFormatException>(() => GgufHeader.Read(new MemoryStream(file)))!;

        Assert.That(error.Message, Does.Contain("token 3 twice"));
    }

    [Test]
    public void Vocabulary_OfSentencePieceWithoutSomeByte_IsMalformed()
    {
        byte[] file = new GgufWriter()
            .Add("general.architecture", "llama")
            .Add("tokenizer.ggml.tokens", [.. Enumerable.Range(0, 255).Select(value => $"<0x{value:X2}>")])
            .Add("tokenizer.ggml.model", "llama")
            .ToArray().File;

        GgufFormatException error = Assert.Throws<GgufFormatException>(() => GgufHeader.Read(new MemoryStream(file)))!;

        Assert.That(error.Message, Does.Contain("0xFF"));
    }
}
