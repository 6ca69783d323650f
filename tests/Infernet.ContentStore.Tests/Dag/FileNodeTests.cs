using Google.Protobuf;
using Infernet.ContentStore.Dag;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas.Ipfs;

namespace Infernet.ContentStore.Tests.Dag;

[TestFixture]
internal sealed class FileNodeTests
{
    private static readonly DagLimits Limits = new();

    private static readonly DagLink[] Two =
    [
        new(BlockHash.Of("a"u8), IsLeaf: true, 1, 1),
        new(BlockHash.Of("b"u8), IsLeaf: false, 20, 70),
    ];

    [Test]
    public void TryDecode_WhatWasEncoded_GivesTheSameLinks() =>
        Assert.That(FileNode.TryDecode(FileNode.Encode(Two), Limits, out _), Is.EqualTo(Two));

    [Test]
    public void TryDecode_DataBeforeLinks_IsNotCanonical()
    {
        byte[] reordered = PBNode.Parser.ParseFrom(FileNode.Encode(Two)).ToByteArray();
        Refuse(reordered, "canonical");
    }

    [Test]
    public void TryDecode_UnknownField_IsNotCanonical() => Refuse([.. FileNode.Encode(Two), 0x18, 1], "canonical");

    [Test]
    public void TryDecode_Truncated_IsRefused() => Refuse(FileNode.Encode(Two)[..^3], "is not dag-pb");

    [Test]
    public void TryDecode_Directory_IsRefused() =>
        Refuse(Change(data => data.Type = UnixFsData.Types.DataType.Directory), "only files");

    [Test]
    public void TryDecode_DataInTheNode_IsRefused() =>
        Refuse(Change(data => data.Data = ByteString.CopyFromUtf8("inline")), "raw leaves");

    [Test]
    public void TryDecode_SizesThatDoNotAddUp_AreRefused() => Refuse(Change(data => data.Filesize = 22), "has 22 bytes");

    [Test]
    public void TryDecode_OneBlockSizeTooMany_IsRefused() => Refuse(Change(data => data.Blocksizes.Add(1)), "as many");

    [Test]
    public void TryDecode_EmptyChild_IsRefused() => Refuse(Change(data => data.Blocksizes[0] = 0), "size of 0");

    [Test]
    public void TryDecode_LeafLargerThanABlock_IsRefused() =>
        Refuse(Change(data => data.Blocksizes[0] = DagLimits.MaxBlockSize + 1), "from 1 to 1048576");

    [Test]
    public void TryDecode_SizesThatWouldOverflow_AreRefused() =>
        Refuse(Change(data => data.Blocksizes[1] = ulong.MaxValue), "size of 18446744073709551615");

    [Test]
    public void TryDecode_NamedLink_IsRefused() => Refuse(Change(_ => { }, node => node.Links[0].Name = "x"), "a name");

    [Test]
    public void TryDecode_LinkOfAnotherHash_IsRefused() => Refuse(
        Change(_ => { }, node => node.Links[0].Hash = ByteString.CopyFrom(
            Cid.V1(Multicodec.Raw, Multihash.Of(Multicodec.Identity, "a"u8)).ToBytes())),
        "no SHA-256 CID");

    [Test]
    public void TryDecode_NoLinks_IsRefused() => Refuse(FileNode.Encode([]), "0 links");

    [Test]
    public void TryDecode_TooManyLinks_IsRefused()
    {
        byte[] block = FileNode.Encode(Two);
        Assert.That(FileNode.TryDecode(block, Limits with { MaxLinks = 1 }, out string problem), Is.Null);
        Assert.That(problem, Does.Contain("2 links"));
    }

    [Test]
    public void TryDecode_AnyBytes_NeverThrows()
    {
        var random = new Random(5);
        byte[] valid = FileNode.Encode(Two);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] block = [.. valid];
            for (int edits = random.Next(1, 5); edits > 0; edits--)
            {
                block[random.Next(block.Length)] = (byte)random.Next(256);
            }

            byte[] noise = TestBytes.Random(random.Next(200), i);
            Assert.DoesNotThrow(() => FileNode.TryDecode(block.AsSpan(0, random.Next(block.Length + 1)), Limits, out _));
            Assert.DoesNotThrow(() => FileNode.TryDecode(noise, Limits, out _));
        }
    }

    private static byte[] Change(Action<UnixFsData> change, Action<PBNode>? changeNode = null)
    {
        PBNode node = PBNode.Parser.ParseFrom(FileNode.Encode(Two));
        UnixFsData data = UnixFsData.Parser.ParseFrom(node.Data);
        change(data);
        changeNode?.Invoke(node);
        using var block = new MemoryStream();
        using var output = new CodedOutputStream(block);
        foreach (PBLink link in node.Links)
        {
            output.WriteTag(2, WireFormat.WireType.LengthDelimited);
            output.WriteMessage(link);
        }

        output.WriteTag(1, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(data.ToByteString());
        output.Flush();
        return block.ToArray();
    }

    private static void Refuse(byte[] block, string reason)
    {
        Assert.That(FileNode.TryDecode(block, Limits, out string problem), Is.Null);
        Assert.That(problem, Does.Contain(reason));
    }
}
