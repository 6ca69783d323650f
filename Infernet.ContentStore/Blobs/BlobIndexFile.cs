using System.Buffers;
using System.Buffers.Binary;
using Infernet.ContentStore.Dag;
using Infernet.Core.Multiformats;

namespace Infernet.ContentStore.Blobs;

/// <summary>
/// The index beside a blob's data, written once and whole. Little-endian: a header of 64 bytes (magic, version,
/// number of leaves, number of nodes, root codec, file size, root digest); per leaf its digest and size; per node its
/// digest, size and bytes; CRC-32C over all before.
/// </summary>
internal static class BlobIndexFile
{
    private const uint Version = 1;
    private const int HeaderSize = 64;
    private const int LeafSize = BlockHash.Length + 4;
    private const int MaxFileSize = 1 << 30;

    private static ReadOnlySpan<byte> Magic => "INFINDEX"u8;

    /// <summary>Encodes an index.</summary>
    public static byte[] Encode(Cid root, LeafList leaves, IReadOnlyList<DagNode> nodes)
    {
        int size = HeaderSize + (leaves.Count * LeafSize) + nodes.Sum(node => LeafSize + node.Block.Length) + 4;
        var file = new ArrayBufferWriter<byte>(size);
        file.Write(Magic);
        WriteUInt32(file, Version);
        WriteUInt32(file, (uint)leaves.Count);
        WriteUInt32(file, (uint)nodes.Count);
        WriteUInt32(file, (uint)root.Codec);
        BinaryPrimitives.WriteInt64LittleEndian(file.GetSpan(8), leaves.FileSize);
        file.Advance(8);
        file.Write(root.Hash.Digest);
        for (int i = 0; i < leaves.Count; i++)
        {
            BlockHash hash = leaves.HashOf(i);
            file.Write(hash);
            WriteUInt32(file, (uint)leaves.SizeOf(i));
        }

        foreach (DagNode node in nodes)
        {
            BlockHash hash = node.Hash;
            file.Write(hash);
            WriteUInt32(file, (uint)node.Block.Length);
            file.Write(node.Block.Span);
        }

        WriteUInt32(file, Crc32C.Of(file.WrittenSpan));
        return file.WrittenSpan.ToArray();
    }

    /// <summary>Reads an index file.</summary>
    /// <exception cref="ContentException">It is not what was written.</exception>
    public static BlobIndex Read(string path)
    {
        long length = new FileInfo(path).Length;
        if (length is < HeaderSize + 4 or > MaxFileSize)
        {
            throw Corrupt(path, $"it has {length} bytes");
        }

        return Decode(File.ReadAllBytes(path), path);
    }

    /// <summary>Decodes an index; <paramref name="path"/> is for messages.</summary>
    public static BlobIndex Decode(ReadOnlySpan<byte> file, string path)
    {
        if (file.Length < HeaderSize + 4 || !file.StartsWith(Magic))
        {
            throw Corrupt(path, "it does not begin as an index does");
        }

        uint version = ReadUInt32(file, 8);
        if (version != Version)
        {
            throw Corrupt(path, $"its version is {version}; this program reads {Version}");
        }

        ReadOnlySpan<byte> body = file[..^4];
        if (Crc32C.Of(body) != ReadUInt32(file, body.Length))
        {
            throw Corrupt(path, "its checksum is wrong");
        }

        Cid root = BlockHash.Read(file[32..]).ToCid(ReadUInt32(file, 20));
        var (leaves, at) = ReadLeaves(body, (int)ReadUInt32(file, 12), path);
        if (leaves.FileSize != BinaryPrimitives.ReadInt64LittleEndian(file[24..]))
        {
            throw Corrupt(path, "its sizes do not add up");
        }

        return new BlobIndex(root, leaves, ReadNodes(body, at, (int)ReadUInt32(file, 16), path));
    }

    private static (LeafList Leaves, int End) ReadLeaves(ReadOnlySpan<byte> body, int count, string path)
    {
        int at = HeaderSize;
        if (count <= 0 || (body.Length - at) / LeafSize < count)
        {
            throw Corrupt(path, "its leaves do not fit into it");
        }

        var leaves = new LeafList();
        for (int i = 0; i < count; i++, at += LeafSize)
        {
            uint size = ReadUInt32(body, at + BlockHash.Length);
            if (size is 0 or > DagLimits.MaxBlockSize)
            {
                throw Corrupt(path, $"leaf {i} has {size} bytes");
            }

            leaves.Add(BlockHash.Read(body[at..]), (int)size);
        }

        return (leaves, at);
    }

    private static List<NodePlace> ReadNodes(ReadOnlySpan<byte> body, int at, int count, string path)
    {
        var nodes = new List<NodePlace>();
        for (int i = 0; i < count; i++)
        {
            int left = body.Length - at - LeafSize;
            uint size = left < 0 ? uint.MaxValue : ReadUInt32(body, at + BlockHash.Length);
            if (size > left)
            {
                throw Corrupt(path, "its nodes do not fit into it");
            }

            nodes.Add(new NodePlace(BlockHash.Read(body[at..]), at + LeafSize, (int)size));
            at += LeafSize + (int)size;
        }

        return at == body.Length ? nodes : throw Corrupt(path, "something follows its last node");
    }

    private static uint ReadUInt32(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt32LittleEndian(file[at..]);

    private static void WriteUInt32(ArrayBufferWriter<byte> file, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(file.GetSpan(4), value);
        file.Advance(4);
    }

    private static ContentException Corrupt(string path, string problem) => new(
        ContentError.CorruptBlob,
        $"The index {path} can't be read: {problem}. Remove the blob and add or fetch it again.");
}
