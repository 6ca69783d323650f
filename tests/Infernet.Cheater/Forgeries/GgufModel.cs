using System.Buffers.Binary;
using System.Text;

namespace Infernet.Cheater.Forgeries;

/// <summary>
/// A GGUF file in memory, whose tensors can be changed, dropped and renamed. The metadata stay as the bytes they are.
/// Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. For trusted files.
/// </summary>
internal sealed class GgufModel
{
    private const int Alignment = 32;
    private const uint UInt32Type = 4;
    private const uint StringType = 8;
    private const uint ArrayType = 9;

    private readonly byte[] _pairs;
    private readonly uint _version;
    private readonly ulong _pairCount;
    private readonly Dictionary<string, int> _numbers;

    private GgufModel(uint version, ulong pairCount, byte[] pairs, Dictionary<string, int> numbers, List<GgufTensor> tensors) =>
        (_version, _pairCount, _pairs, _numbers, Tensors) = (version, pairCount, pairs, numbers, tensors);

    public List<GgufTensor> Tensors { get; }

    /// <summary>A metadata value of four bytes.</summary>
    public uint this[string key]
    {
        get => BinaryPrimitives.ReadUInt32LittleEndian(_pairs.AsSpan(_numbers[key]));
        set => BinaryPrimitives.WriteUInt32LittleEndian(_pairs.AsSpan(_numbers[key]), value);
    }

    public static GgufModel Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        using var reader = new BinaryReader(new MemoryStream(file));
        reader.ReadUInt32();
        uint version = reader.ReadUInt32();
        ulong tensorCount = reader.ReadUInt64();
        ulong pairCount = reader.ReadUInt64();
        int start = (int)reader.BaseStream.Position;
        var numbers = new Dictionary<string, int>();
        for (ulong i = 0; i < pairCount; i++)
        {
            string key = Text(reader);
            uint type = reader.ReadUInt32();
            if (type == UInt32Type)
            {
                numbers[key] = (int)reader.BaseStream.Position - start;
            }

            SkipValue(reader, type);
        }

        byte[] pairs = file[start..(int)reader.BaseStream.Position];
        return new GgufModel(version, pairCount, pairs, numbers, ReadTensors(reader, file, (int)tensorCount));
    }

    public void Write(string path)
    {
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write("GGUF"u8);
        writer.Write(_version);
        writer.Write((ulong)Tensors.Count);
        writer.Write(_pairCount);
        writer.Write(_pairs);
        ulong offset = 0;
        foreach (GgufTensor tensor in Tensors)
        {
            byte[] name = Encoding.UTF8.GetBytes(tensor.Name);
            writer.Write((ulong)name.Length);
            writer.Write(name);
            writer.Write((uint)tensor.Shape.Length);
            Array.ForEach(tensor.Shape, writer.Write);
            writer.Write((uint)tensor.Type);
            writer.Write(offset);
            offset += (ulong)Aligned(tensor.Data.Length);
        }

        foreach (GgufTensor tensor in Tensors)
        {
            Pad(writer);
            writer.Write(tensor.Data);
        }

        Pad(writer);
    }

    private static List<GgufTensor> ReadTensors(BinaryReader reader, byte[] file, int count)
    {
        var infos = new (string Name, ulong[] Shape, uint Type, ulong Offset)[count];
        for (int i = 0; i < count; i++)
        {
            string name = Text(reader);
            ulong[] shape = new ulong[reader.ReadUInt32()];
            for (int j = 0; j < shape.Length; j++)
            {
                shape[j] = reader.ReadUInt64();
            }

            infos[i] = (name, shape, reader.ReadUInt32(), reader.ReadUInt64());
        }

        int data = Aligned((int)reader.BaseStream.Position);
        return [.. infos.Select(tensor => new GgufTensor(
            tensor.Name, tensor.Shape, (GgufTensorType)tensor.Type,
            file[(data + (int)tensor.Offset)..End(tensor.Offset)]))];

        // A tensor reaches to the next one; the padding in between is its own.
        int End(ulong offset) => infos.Where(t => t.Offset > offset).Select(t => data + (int)t.Offset)
            .DefaultIfEmpty(file.Length).Min();
    }

    private static void SkipValue(BinaryReader reader, uint type)
    {
        switch (type)
        {
            case StringType:
                Text(reader);
                break;
            case ArrayType:
                uint element = reader.ReadUInt32();
                for (ulong left = reader.ReadUInt64(); left > 0; left--)
                {
                    SkipValue(reader, element);
                }

                break;
            default:
                int[] sizes = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];
                reader.BaseStream.Position += sizes[type];
                break;
        }
    }

    private static string Text(BinaryReader reader) =>
        Encoding.UTF8.GetString(reader.ReadBytes((int)reader.ReadUInt64()));

    private static void Pad(BinaryWriter writer)
    {
        // The tensors begin where the header's own end is aligned.
        writer.Write(new byte[Aligned((int)writer.BaseStream.Position) - (int)writer.BaseStream.Position]);
    }

    private static int Aligned(int position) => (position + Alignment - 1) / Alignment * Alignment;
}
