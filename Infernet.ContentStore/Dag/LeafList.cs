namespace Infernet.ContentStore.Dag;

/// <summary>A file's leaves in order: hash and place of each. 40 bytes a leaf.</summary>
internal sealed class LeafList
{
    private readonly List<BlockHash> _hashes = [];
    private readonly List<long> _ends = [];

    public int Count => _hashes.Count;

    public long FileSize => _ends.Count == 0 ? 0 : _ends[^1];

    public void Add(BlockHash hash, int size)
    {
        _ends.Add(FileSize + size);
        _hashes.Add(hash);
    }

    public BlockHash HashOf(int leaf) => _hashes[leaf];

    public long OffsetOf(int leaf) => leaf == 0 ? 0 : _ends[leaf - 1];

    public int SizeOf(int leaf) => (int)(_ends[leaf] - OffsetOf(leaf));
}
