using System.Text;

namespace Infernet.Execution.Tests.Gguf;

/// <summary>
/// Writes GGUF files, version 3. Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.
/// </summary>
internal sealed class GgufWriter
{
    private const int Alignment = 32;
    private const uint TypeUInt32 = 4;
    private const uint TypeInt32 = 5;
    private const uint TypeFloat32 = 6;
    private const uint TypeBool = 7;
    private const uint TypeString = 8;
    private const uint TypeArray = 9;

    private readonly MemoryStream _pairs = new();
    private readonly BinaryWriter _pair;
    private readonly List<(string Name, long[] Shape, float[] Values)> _tensors = [];
    private ulong _pairCount;

    public GgufWriter() => _pair = new BinaryWriter(_pairs);

    public GgufWriter Add(string key, string value)
    {
        Key(key, TypeString);
        Text(_pair, value);
        return this;
    }

    public GgufWriter Add(string key, int value)
    {
        Key(key, TypeUInt32);
        _pair.Write((uint)value);
        return this;
    }

    public GgufWriter Add(string key, float value)
    {
        Key(key, TypeFloat32);
        _pair.Write(value);
        return this;
    }

    public GgufWriter Add(string key, bool value)
    {
        Key(key, TypeBool);
        _pair.Write(value);
        return this;
    }

    public GgufWriter Add(string key, IReadOnlyCollection<string> values)
    {
        Array(key, TypeString, values.Count);
        foreach (string value in values)
        {
            Text(_pair, value);
        }

        return this;
    }

    public GgufWriter Add(string key, IReadOnlyCollection<float> values)
    {
        Array(key, TypeFloat32, values.Count);
        foreach (float value in values)
        {
            _pair.Write(value);
        }

        return this;
    }

    public GgufWriter Add(string key, IReadOnlyCollection<int> values)
    {
        Array(key, TypeInt32, values.Count);
        foreach (int value in values)
        {
            _pair.Write(value);
        }

        return this;
    }

    public GgufWriter AddTensor(string name, long[] shape, float[] values)
    {
        _tensors.Add((name, shape, values));
        return this;
    }

    /// <summary>The file, and how many of its bytes are header.</summary>
    public (byte[] File, int HeaderLength) ToArray()
    {
        var file = new MemoryStream();
        var writer = new BinaryWriter(file);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)_tensors.Count);
        writer.Write(_pairCount);
        writer.Write(_pairs.ToArray());
        int headerLength = (int)file.Length;
        ulong offset = 0;
        foreach ((string name, long[] shape, float[] values) in _tensors)
        {
            Text(writer, name);
            writer.Write((uint)shape.Length);
            System.Array.ForEach(shape, writer.Write);
            writer.Write(0u);
            writer.Write(offset);
            offset += (ulong)((values.Length * sizeof(float) + Alignment - 1) / Alignment * Alignment);
        }

        foreach ((_, _, float[] values) in _tensors)
        {
            Pad(writer);
            System.Array.ForEach(values, writer.Write);
        }

        Pad(writer);
        return (file.ToArray(), headerLength);
    }

    private static void Text(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static void Pad(BinaryWriter writer)
    {
        while (writer.BaseStream.Position % Alignment != 0)
        {
            writer.Write((byte)0);
        }
    }

    private void Key(string key, uint type)
    {
        Text(_pair, key);
        _pair.Write(type);
        _pairCount++;
    }

    private void Array(string key, uint type, int count)
    {
        Key(key, TypeArray);
        _pair.Write(type);
        _pair.Write((ulong)count);
    }
}
