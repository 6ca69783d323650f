using Infernet.ContentStore.Blobs;
using Infernet.ContentStore.Dag;

namespace Infernet.ContentStore.Tests.Blobs;

[TestFixture]
internal sealed class BlobIndexFileTests
{
    private readonly byte[] _file;
    private readonly DagLink _root;
    private readonly DagBuilder _builder = new(maxLinks: 3);
    private readonly LeafList _leaves = new();

    public BlobIndexFileTests()
    {
        for (int i = 0; i < 7; i++)
        {
            _builder.Add(BlockHash.Of([(byte)i]), i + 1);
            _leaves.Add(BlockHash.Of([(byte)i]), i + 1);
        }

        _root = _builder.Finish();
        _file = BlobIndexFile.Encode(_root.Cid, _leaves, _builder.Nodes);
    }

    [Test]
    public void Decode_WhatWasEncoded_GivesLeavesAndNodes()
    {
        BlobIndex index = BlobIndexFile.Decode(_file, "index");
        Assert.Multiple(() =>
        {
            Assert.That(index.Root, Is.EqualTo(_root.Cid));
            Assert.That(index.Leaves.Count, Is.EqualTo(7));
            Assert.That(Enumerable.Range(0, 7).All(i => index.Leaves.OffsetOf(i) == _leaves.OffsetOf(i)));
            Assert.That(
                index.Nodes.Select(node => BlockHash.Of(_file.AsSpan((int)node.Offset, node.Length))),
                Is.EqualTo(_builder.Nodes.Select(node => node.Hash)));
        });
    }

    [Test]
    public void Decode_AnyChangedByte_IsRefused()
    {
        for (int i = 0; i < _file.Length; i++)
        {
            byte[] changed = [.. _file];
            changed[i] ^= 0x20;
            Refuse(changed);
        }
    }

    [Test]
    public void Decode_Truncated_IsRefused()
    {
        for (int length = 0; length < _file.Length; length++)
        {
            Refuse(_file[..length]);
        }
    }

    private static void Refuse(byte[] file)
    {
        ContentException refused = Assert.Throws<ContentException>(() => BlobIndexFile.Decode(file, "the-index"))!;
        Assert.That(refused.Error, Is.EqualTo(ContentError.CorruptBlob));
        Assert.That(refused.Message, Does.Contain("the-index"));
    }
}
