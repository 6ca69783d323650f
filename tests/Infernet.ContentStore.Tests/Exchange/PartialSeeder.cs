using Infernet.ContentStore.Blobs;
using Infernet.ContentStore.Dag;

namespace Infernet.ContentStore.Tests.Exchange;

/// <summary>A blob that a node has in part and another as a whole; a test decides when the rest comes.</summary>
internal sealed class PartialSeeder : IAsyncDisposable
{
    private readonly BlobStore _source;
    private readonly PartialBlob _blob;
    private readonly byte[] _buffer = new byte[DagLimits.MaxBlockSize];

    private PartialSeeder(BlobStore source, PartialBlob blob)
    {
        _source = source;
        _blob = blob;
    }

    public int Leaves => _blob.Leaves.Count;

    public long BytesPresent => _blob.BytesPresent;

    /// <summary>Begins the blob in one store with the nodes of another; both DAGs have one node.</summary>
    public static PartialSeeder Begin(BlobInfo whole, BlobStore source, BlobStore target)
    {
        var buffer = new byte[DagLimits.MaxBlockSize];
        bool found = BlockHash.TryFrom(whole.Root, out BlockHash hash) & source.TryRead(hash, buffer, out int length);
        Assert.That(found);
        var walker = new DagWalker(hash, new DagLimits());
        walker.Add(hash, buffer.AsMemory(0, length).ToArray());
        return new PartialSeeder(source, target.BeginPartial(whole.Root, walker.Finish(), walker.Nodes));
    }

    /// <summary>Copies leaves from the first to before the second.</summary>
    public void Copy(int from, int to)
    {
        for (int leaf = from; leaf < to; leaf++)
        {
            Assert.That(_source.TryRead(_blob.Leaves.HashOf(leaf), _buffer, out int size));
            _blob.Write(leaf, _buffer.AsSpan(0, size));
        }
    }

    public ValueTask DisposeAsync() => _blob.DisposeAsync();
}
