namespace Infernet.Execution.Gguf;

/// <summary>
/// The metadata of a GGUF file, read before the native library sees it: for clear errors, and to know how much memory
/// the model will need. Of an array of integers the largest is kept; other arrays are skipped.
/// Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, "File structure".
/// </summary>
internal sealed class GgufHeader
{
    private const uint Magic = 0x46554747;
    private const ulong MaxKeys = 4_096;
    private const ulong MaxTensors = 1 << 20;
    private const string Tokens = "tokenizer.ggml.tokens";

    private readonly Dictionary<string, string> _texts = [];
    private readonly Dictionary<string, long> _integers = [];
    private readonly VocabularyCheck _vocabulary = new();

    private GgufHeader()
    {
    }

    /// <summary>The architecture's name, "general.architecture".</summary>
    public string Architecture { get; private set; } = "";

    /// <summary>Reads the header of an open file.</summary>
    /// <exception cref="GgufFormatException">The file is no GGUF, ends too early, or contradicts itself.</exception>
    public static GgufHeader Read(Stream stream)
    {
        var reader = new GgufReader(stream);
        if (reader.Left < sizeof(uint) || reader.ReadUInt32() != Magic)
        {
            throw new GgufFormatException(ModelLoadError.NotGguf, "it does not start with the letters GGUF");
        }

        uint version = reader.ReadUInt32();
        if (version is not (2 or 3))
        {
            throw new GgufFormatException(
                ModelLoadError.Unsupported, $"it is of GGUF version {version}; versions 2 and 3 are supported");
        }

        _ = Bounded(reader.ReadUInt64(), MaxTensors, "tensors");
        ulong keys = Bounded(reader.ReadUInt64(), MaxKeys, "metadata keys");
        var header = new GgufHeader();
        for (ulong i = 0; i < keys; i++)
        {
            header.ReadPair(reader);
        }

        header.Architecture = header.Text("general.architecture") ?? throw new GgufFormatException(
            ModelLoadError.Malformed, "it does not say its architecture (general.architecture)");
        ShapeCheck.Run(header);
        header._vocabulary.Finish(header.Text("tokenizer.ggml.model"));
        return header;
    }

    public string? Text(string key) => _texts.GetValueOrDefault(key);

    /// <summary>An integer of the model's architecture, such as "block_count".</summary>
    public long? Integer(string key) =>
        _integers.TryGetValue($"{Architecture}.{key}", out long value) ? value : null;

    private static ulong Bounded(ulong count, ulong limit, string what) => count <= limit
        ? count
        : throw new GgufFormatException(
            ModelLoadError.Malformed, $"it claims to have {count} {what}; at most {limit} are accepted");

    private void ReadPair(GgufReader reader)
    {
        string key = reader.ReadString();
        var type = (GgufValueType)reader.ReadUInt32();
        switch (type)
        {
            case GgufValueType.String:
                _texts[key] = reader.ReadString();
                break;
            case GgufValueType.Array:
                ReadArray(reader, key);
                break;
            default:
                if (ReadNumber(reader, type, key) is { } number)
                {
                    _integers[key] = number;
                }

                break;
        }
    }

    private void ReadArray(GgufReader reader, string key)
    {
        var type = (GgufValueType)reader.ReadUInt32();
        ulong count = reader.ReadUInt64();
        if (key == Tokens && type == GgufValueType.String)
        {
            _vocabulary.Read(reader, count);
            return;
        }

        // Every element takes at least one byte, so a false count soon runs out of file.
        for (ulong i = 0; i < count; i++)
        {
            if (type == GgufValueType.String)
            {
                reader.SkipString();
            }
            else if (ReadNumber(reader, type, key) is { } number)
            {
                _integers[key] = Math.Max(number, _integers.GetValueOrDefault(key));
            }
        }
    }

    /// <summary>The value when it is an integer that fits, otherwise null.</summary>
    private static long? ReadNumber(GgufReader reader, GgufValueType type, string key)
    {
        switch (type)
        {
            case GgufValueType.UInt8 or GgufValueType.Bool:
                return reader.ReadByte();
            case GgufValueType.Int8:
                return (sbyte)reader.ReadByte();
            case GgufValueType.UInt16:
                return reader.ReadUInt16();
            case GgufValueType.Int16:
                return (short)reader.ReadUInt16();
            case GgufValueType.UInt32:
                return reader.ReadUInt32();
            case GgufValueType.Int32:
                return (int)reader.ReadUInt32();
            case GgufValueType.UInt64 or GgufValueType.Int64:
                long value = (long)reader.ReadUInt64();
                return value >= 0 ? value : null;
            case GgufValueType.Float32:
                reader.Skip(4);
                return null;
            case GgufValueType.Float64:
                reader.Skip(8);
                return null;
            default:
                throw new GgufFormatException(
                    ModelLoadError.Malformed, $"its key '{key}' is of the unknown type {(uint)type}");
        }
    }
}
