using System.Buffers.Binary;
using System.Text;

namespace Infernet.Execution.Gguf;

/// <summary>
/// Reads the primitive values of a GGUF file, little-endian. Model files come from strangers: each length is held
/// against what is left of the file before anything is allocated.
/// </summary>
internal sealed class GgufReader(Stream stream)
{
    /// <summary>No key, name or template is longer.</summary>
    public const int MaxStringLength = 1 << 20;

    private readonly long _length = stream.Length;
    private readonly byte[] _buffer = new byte[8];
    private long _position = stream.Position;

    public long Left => _length - _position;

    public byte ReadByte() => Read(1)[0];

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Read(2));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Read(4));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Read(8));

    /// <summary>A string; malformed UTF-8 is replaced, since only its owner can say what it should be.</summary>
    public string ReadString() => Encoding.UTF8.GetString(ReadBytes());

    /// <summary>A string's bytes.</summary>
    public byte[] ReadBytes()
    {
        ulong length = ReadUInt64();
        if (length > MaxStringLength)
        {
            throw new GgufFormatException(
                ModelLoadError.Malformed, $"it has a string of {length} bytes; at most {MaxStringLength} are accepted");
        }

        Take(length);
        byte[] bytes = new byte[length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    public void SkipString() => Skip(ReadUInt64());

    public void Skip(ulong bytes)
    {
        Take(bytes);
        stream.Seek((long)bytes, SeekOrigin.Current);
    }

    private ReadOnlySpan<byte> Read(int length)
    {
        Take((ulong)length);
        stream.ReadExactly(_buffer, 0, length);
        return _buffer.AsSpan(0, length);
    }

    private void Take(ulong bytes)
    {
        if (bytes > (ulong)Left)
        {
            throw new GgufFormatException(
                ModelLoadError.Truncated, $"it ends after {_length} bytes, in the middle of its header");
        }

        _position += (long)bytes;
    }
}
