namespace Infernet.Execution.Tests.Gguf;

/// <summary>
/// A small model of random weights with a token per byte: it writes nonsense, which is what tests of characters that
/// are split over tokens need.
/// </summary>
internal static class RandomModel
{
    private const int Width = 64;
    private const int Layers = 2;
    private const int Heads = 2;
    private const int HeadLength = 32;
    private const int FeedForward = 128;
    private const int Control = 3;
    private const int Byte = 6;

    /// <summary>A whole file.</summary>
    public static (byte[] File, int HeaderLength) Create(int seed, string architecture = "llama", bool chat = true)
    {
        var random = new Random(seed);
        GgufWriter writer = new();
        Describe(writer, architecture);
        int vocabulary = AddVocabulary(writer);
        if (chat)
        {
            writer.Add("tokenizer.chat_template", "{% for m in messages %}<|im_start|>{{ m.role }}<|im_end|>{% endfor %}");
        }

        float[] Values(long count, float scale) =>
            [.. Enumerable.Range(0, (int)count).Select(_ => (random.NextSingle() * 2 - 1) * scale)];
        void Matrix(string name, int rows, int columns, float scale) =>
            writer.AddTensor(name, [rows, columns], Values((long)rows * columns, scale));
        void Norm(string name) => writer.AddTensor(name, [Width], [.. Enumerable.Repeat(1f, Width)]);

        Matrix("token_embd.weight", Width, vocabulary, 1);
        Norm("output_norm.weight");
        Matrix("output.weight", Width, vocabulary, 0.3f);
        for (int layer = 0; layer < Layers; layer++)
        {
            Norm($"blk.{layer}.attn_norm.weight");
            Matrix($"blk.{layer}.attn_q.weight", Width, Heads * HeadLength, 0.3f);
            Matrix($"blk.{layer}.attn_k.weight", Width, HeadLength, 0.3f);
            Matrix($"blk.{layer}.attn_v.weight", Width, HeadLength, 0.3f);
            Matrix($"blk.{layer}.attn_output.weight", Heads * HeadLength, Width, 0.3f);
            Norm($"blk.{layer}.ffn_norm.weight");
            Matrix($"blk.{layer}.ffn_gate.weight", Width, FeedForward, 0.3f);
            Matrix($"blk.{layer}.ffn_up.weight", Width, FeedForward, 0.3f);
            Matrix($"blk.{layer}.ffn_down.weight", FeedForward, Width, 0.3f);
        }

        return writer.ToArray();
    }

    /// <summary>Writes a whole file into a folder; answers its path.</summary>
    public static string Write(string folder, int seed, string architecture = "llama", bool chat = true)
    {
        string path = Path.Combine(folder, $"random-{architecture}-{seed}-{chat}.gguf");
        File.WriteAllBytes(path, Create(seed, architecture, chat).File);
        return path;
    }

    private static void Describe(GgufWriter writer, string architecture) => writer
        .Add("general.architecture", architecture)
        .Add("general.name", "random")
        .Add($"{architecture}.context_length", 512)
        .Add($"{architecture}.embedding_length", Width)
        .Add($"{architecture}.block_count", Layers)
        .Add($"{architecture}.feed_forward_length", FeedForward)
        .Add($"{architecture}.attention.head_count", Heads)
        .Add($"{architecture}.attention.head_count_kv", [1, 1])
        .Add($"{architecture}.attention.key_length", HeadLength)
        .Add($"{architecture}.attention.value_length", HeadLength)
        .Add($"{architecture}.attention.layer_norm_rms_epsilon", 1e-5f)
        .Add($"{architecture}.rope.dimension_count", HeadLength);

    private static int AddVocabulary(GgufWriter writer)
    {
        List<(string Text, int Type)> tokens =
        [
            ("<unk>", 2), ("<s>", Control), ("</s>", Control), ("<|im_start|>", Control), ("<|im_end|>", Control),
            .. Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", Byte)),
            ("\u2581", 1),
        ];
        writer
            .Add("tokenizer.ggml.model", "llama")
            .Add("tokenizer.ggml.tokens", [.. tokens.Select(token => token.Text)])
            .Add("tokenizer.ggml.scores", [.. tokens.Select(_ => 0f)])
            .Add("tokenizer.ggml.token_type", [.. tokens.Select(token => token.Type)])
            .Add("tokenizer.ggml.bos_token_id", 1)
            .Add("tokenizer.ggml.eos_token_id", 4)
            .Add("tokenizer.ggml.unknown_token_id", 0)
            .Add("tokenizer.ggml.add_bos_token", false)
            .Add("tokenizer.ggml.add_space_prefix", false);
        return tokens.Count;
    }
}
