using System.Buffers;
using Google.Protobuf;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas.Ipfs;

namespace Infernet.ContentStore.Dag;

/// <summary>
/// A UnixFS file node in dag-pb whose data lies in its children alone: what stands between a root and raw leaves.
/// Sources: https://ipld.io/specs/codecs/dag-pb/spec/ and https://specs.ipfs.tech/unixfs/.
/// </summary>
internal static class FileNode
{
    private const byte LinksTag = (2 << 3) | 2;
    private const byte DataTag = (1 << 3) | 2;

    private static readonly MessageParser<PBNode> NodeParser = PBNode.Parser.WithDiscardUnknownFields(true);

    /// <summary>Encodes a node over children, byte for byte as IPFS tools do.</summary>
    public static byte[] Encode(IReadOnlyList<DagLink> children)
    {
        var data = new UnixFsData
        {
            Type = UnixFsData.Types.DataType.File,
            Filesize = (ulong)children.Sum(child => child.FileSize),
        };
        var node = new PBNode();
        foreach (DagLink child in children)
        {
            data.Blocksizes.Add((ulong)child.FileSize);
            // IPFS tools have always written an empty name here, and a CID depends on it.
            node.Links.Add(new PBLink
            {
                Hash = ByteString.CopyFrom(child.Cid.ToBytes()),
                Name = "",
                Tsize = (ulong)child.TotalSize,
            });
        }

        node.Data = data.ToByteString();
        return EncodeCanonical(node);
    }

    /// <summary>Reads a node that was checked against its hash.</summary>
    /// <param name="block">The node's bytes.</param>
    /// <param name="limits">What it may look like.</param>
    /// <param name="problem">What is wrong with it, to stand after "The node … ".</param>
    /// <returns>Its children; null if it is no file node of the kind that is read here.</returns>
    public static IReadOnlyList<DagLink>? TryDecode(ReadOnlySpan<byte> block, DagLimits limits, out string problem)
    {
        PBNode node;
        UnixFsData data;
        try
        {
            node = NodeParser.ParseFrom(block);
            data = UnixFsData.Parser.ParseFrom(node.Data);
        }
        catch (InvalidProtocolBufferException broken)
        {
            problem = $"is not dag-pb with UnixFS in it: {broken.Message}";
            return null;
        }

        problem = Check(node, data, block, limits);
        return problem.Length == 0 ? ReadLinks(node, data, limits, out problem) : null;
    }

    private static string Check(PBNode node, UnixFsData data, ReadOnlySpan<byte> block, DagLimits limits)
    {
        // dag-pb, "Protobuf Strictness": fields in order, none twice, none unknown. What differs when it is written
        // again broke one of these.
        if (!EncodeCanonical(node).AsSpan().SequenceEqual(block))
        {
            return "is not in the canonical form of dag-pb";
        }

        if (!data.HasType || data.Type != UnixFsData.Types.DataType.File)
        {
            return $"is of UnixFS type {data.Type}; only files are read here";
        }

        if (data.HasData && data.Data.Length > 0)
        {
            return "keeps file data in itself; only raw leaves are read here (ipfs add --raw-leaves makes them)";
        }

        if (node.Links.Count == 0 || node.Links.Count > limits.MaxLinks)
        {
            return $"has {node.Links.Count} links; from 1 to {limits.MaxLinks} are allowed";
        }

        // UnixFS, "The sister-lists": as many block sizes as links.
        return node.Links.Count == data.Blocksizes.Count
            ? ""
            : $"has {node.Links.Count} links and {data.Blocksizes.Count} block sizes; they must be as many";
    }

    private static List<DagLink>? ReadLinks(PBNode node, UnixFsData data, DagLimits limits, out string problem)
    {
        var children = new List<DagLink>(node.Links.Count);
        long sum = 0;
        for (int i = 0; i < node.Links.Count; i++)
        {
            PBLink link = node.Links[i];
            ulong size = data.Blocksizes[i];
            problem = CheckLink(link, size, i, limits, out DagLink child);
            if (problem.Length > 0)
            {
                return null;
            }

            sum += child.FileSize;
            children.Add(child);
        }

        // UnixFS, "filesize": equal to the sum of the block sizes.
        problem = (ulong)sum != data.Filesize
            ? $"says it has {data.Filesize} bytes, but its children have {sum}"
            : sum > limits.MaxFileSize ? $"has {sum} bytes; {limits.MaxFileSize} are allowed" : "";
        return problem.Length == 0 ? children : null;
    }

    private static string CheckLink(PBLink link, ulong size, int i, DagLimits limits, out DagLink child)
    {
        child = default;
        // UnixFS, "Name": an internal link with a name is an invalid file.
        if (link.Name.Length > 0)
        {
            return $"has a name on link {i}, which a file's links have not";
        }

        if (!Cid.TryParse(link.Hash.Span, out Cid cid) || !BlockHash.TryFrom(cid, out BlockHash hash))
        {
            return $"has a link {i} that is no SHA-256 CID of a raw or dag-pb block";
        }

        bool leaf = cid.Codec == Multicodec.Raw;
        long most = leaf ? DagLimits.MaxBlockSize : limits.MaxFileSize;
        if (size == 0 || size > (ulong)most)
        {
            return $"gives link {i} a size of {size} bytes; from 1 to {most} are allowed";
        }

        child = new DagLink(hash, leaf, (long)size, (long)Math.Min(link.Tsize, long.MaxValue));
        return "";
    }

    private static byte[] EncodeCanonical(PBNode node)
    {
        var block = new ArrayBufferWriter<byte>();
        foreach (PBLink link in node.Links)
        {
            Varint.Write(block, LinksTag);
            Varint.Write(block, (ulong)link.CalculateSize());
            link.WriteTo(block);
        }

        if (node.HasData)
        {
            Varint.Write(block, DataTag);
            Varint.Write(block, (ulong)node.Data.Length);
            block.Write(node.Data.Span);
        }

        return block.WrittenSpan.ToArray();
    }
}
