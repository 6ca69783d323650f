using System.Runtime.InteropServices;
using Google.Protobuf;
using Infernet.Core.Schemas;

namespace Infernet.Execution.Challenges;

/// <summary>
/// Computes memory-walk: fills memory from the challenge's seed; then in each round every lane reads block after
/// block, each place given by the digest of all that it read before, and commits to the digests by a Merkle tree.
/// </summary>
internal sealed unsafe class MemoryWork : IChallengeWork
{
    private const int BlocksPerTask = 256;

    private readonly ChallengeShape _shape;
    private readonly SeedStream _keys;
    private readonly long _blocks;
    private readonly ulong[][] _digests;
    private NativeBuffer? _memory;
    private MerkleTree? _tree;

    public MemoryWork(ChallengeShape shape, ReadOnlySpan<byte> seed)
    {
        _shape = shape;
        _keys = new SeedStream(seed, "memory");
        _blocks = MemoryWalkShape.Blocks(shape);
        _digests = new ulong[shape.Lanes][];
    }

    public long Operations { get; private set; }

    public void Prepare(CancellationToken cancellationToken)
    {
        _memory = new NativeBuffer(_shape.Size);
        Parallel.For(0, (_blocks + BlocksPerTask - 1) / BlocksPerTask, Options(cancellationToken), task =>
        {
            long end = Math.Min(_blocks, (task + 1) * BlocksPerTask);
            for (long block = task * BlocksPerTask; block < end; block++)
            {
                MemoryBlock.Make(BlockAt(block), _keys[(ulong)block]);
            }
        });
        Operations += _blocks * MemoryBlock.StepsToMake;
    }

    public byte[] Commit(ReadOnlySpan<byte> roundSeed, CancellationToken cancellationToken)
    {
        for (int lane = 0; lane < _digests.Length; lane++)
        {
            _digests[lane] = new ulong[_shape.Steps + 1];
            _digests[lane][0] = MemoryWalkShape.Start(roundSeed, lane);
        }

        int perLane = MemoryWalkShape.LeavesPerLane(_shape);
        var leaves = new byte[perLane * _shape.Lanes][];
        Parallel.For(0, _shape.Lanes, Options(cancellationToken), lane =>
        {
            for (int leaf = 0; leaf < perLane; leaf++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Walk(_digests[lane], leaf * MemoryWalkShape.StepsPerLeaf);
                leaves[lane * perLane + leaf] = MerkleTree.HashLeaf(Leaf(lane * perLane + leaf));
            }
        });
        Operations += _shape.Steps * _shape.Lanes * MemoryBlock.StepsToRead;
        _tree = new MerkleTree(leaves);
        return _tree.Root;
    }

    public ChallengeAnswer Open(ReadOnlySpan<byte> openingSeed)
    {
        var answer = new ChallengeAnswer();
        foreach (int drawn in MemoryWalkShape.Drawn(openingSeed, _shape))
        {
            var leaf = new ChallengeLeaf { Data = ByteString.CopyFrom(Leaf(drawn)) };
            leaf.Path.AddRange(_tree!.PathOf(drawn).Select(h => ByteString.CopyFrom(h)));
            answer.Leaves.Add(leaf);
        }

        return answer;
    }

    public void Dispose() => _memory?.Dispose();

    private ParallelOptions Options(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = _shape.Lanes, CancellationToken = cancellationToken };

    private byte* BlockAt(long block) => _memory!.Pointer + (nint)block * MemoryBlock.Length;

    private void Walk(ulong[] digests, int first)
    {
        for (int step = first; step < first + MemoryWalkShape.StepsPerLeaf; step++)
        {
            digests[step + 1] = MemoryBlock.Digest(
                BlockAt(MemoryWalkShape.Next(digests[step], _blocks)), digests[step]);
        }
    }

    private ReadOnlySpan<byte> Leaf(int leaf)
    {
        int perLane = MemoryWalkShape.LeavesPerLane(_shape);
        return MemoryMarshal.AsBytes(_digests[leaf / perLane].AsSpan(
            leaf % perLane * MemoryWalkShape.StepsPerLeaf, MemoryWalkShape.StepsPerLeaf + 1));
    }
}
