using System.Runtime.InteropServices;
using Google.Protobuf;
using Infernet.Core.Schemas;
using Infernet.Execution.Challenges;

namespace Infernet.Execution.Tests.Challenges;

/// <summary>
/// A prover of memory-walk that keeps only some blocks: it makes the others again, or invents what it would have read,
/// as it is told. It counts the steps that its walk took.
/// </summary>
internal sealed unsafe class TamperedWalk(ChallengeShape shape, byte[] seed, Func<long, bool> keeps, bool invents)
{
    private readonly SeedStream _keys = new(seed, "memory");
    private readonly ulong[][] _leaves =
        new ulong[MemoryWalkShape.LeavesPerLane(shape) * shape.Lanes][];

    /// <summary>Steps of reading and making blocks.</summary>
    public long Operations { get; private set; }

    /// <summary>Commits, opens and is judged; null if the check finds nothing.</summary>
    /// <param name="roundSeed">Of the round.</param>
    /// <param name="openingSeed">Of the opening.</param>
    /// <param name="begin">Where a piece begins, by its number and where the one before it ended; null for there.</param>
    public string? Judge(byte[] roundSeed, byte[] openingSeed, Func<int, ulong, ulong>? begin = null)
    {
        Walk(roundSeed, begin);
        var tree = new MerkleTree([.. _leaves.Select(l => MerkleTree.HashLeaf(MemoryMarshal.AsBytes<ulong>(l)))]);
        var answer = new ChallengeAnswer();
        foreach (int drawn in MemoryWalkShape.Drawn(openingSeed, shape))
        {
            var leaf = new ChallengeLeaf { Data = ByteString.CopyFrom(MemoryMarshal.AsBytes<ulong>(_leaves[drawn])) };
            leaf.Path.AddRange(tree.PathOf(drawn).Select(h => ByteString.CopyFrom(h)));
            answer.Leaves.Add(leaf);
        }

        return new MemoryCheck(shape, seed).FindFault(roundSeed, tree.Root, openingSeed, answer);
    }

    private void Walk(byte[] roundSeed, Func<int, ulong, ulong>? begin)
    {
        byte* block = stackalloc byte[MemoryBlock.Length];
        int perLane = MemoryWalkShape.LeavesPerLane(shape);
        for (int leaf = 0; leaf < _leaves.Length; leaf++)
        {
            ulong start = leaf % perLane == 0
                ? MemoryWalkShape.Start(roundSeed, leaf / perLane)
                : _leaves[leaf - 1][MemoryWalkShape.StepsPerLeaf];
            var digests = new ulong[MemoryWalkShape.StepsPerLeaf + 1];
            digests[0] = begin is null ? start : begin(leaf, start);
            for (int step = 0; step < MemoryWalkShape.StepsPerLeaf; step++)
            {
                digests[step + 1] = Next(block, digests[step]);
            }

            _leaves[leaf] = digests;
        }
    }

    private ulong Next(byte* block, ulong digest)
    {
        long place = MemoryWalkShape.Next(digest, MemoryWalkShape.Blocks(shape));
        if (!keeps(place))
        {
            if (invents)
            {
                return digest * 31 + 7;
            }

            Operations += MemoryBlock.StepsToMake;
        }

        // What is kept is made here too, so that the test needs no memory; only its reading counts.
        MemoryBlock.Make(block, _keys[(ulong)place]);
        Operations += MemoryBlock.StepsToRead;
        return MemoryBlock.Digest(block, digest);
    }
}
