using System.Runtime.InteropServices;
using Infernet.Core.Schemas;

namespace Infernet.Execution.Challenges;

/// <summary>
/// Checks memory-walk without filling anything: opens random leaves, sees that each begins where the one before it
/// ended (or as the seed says), and makes the blocks of a few of its steps again. Of a walk of which a part e of the
/// steps is invented, k leaves with s checked steps pass with probability (1−e)^(ks); where whole leaves are invented
/// or do not join, with (1−e)^k.
/// </summary>
internal sealed unsafe class MemoryCheck : IChallengeCheck
{
    private readonly ChallengeShape _shape;
    private readonly SeedStream _keys;

    public MemoryCheck(ChallengeShape shape, ReadOnlySpan<byte> seed) =>
        (_shape, _keys) = (shape, new SeedStream(seed, "memory"));

    public long Operations { get; private set; }

    public double WorkPerRound => (double)_shape.Steps * _shape.Lanes * MemoryBlock.Length;

    public string? FindFault(
        ReadOnlySpan<byte> roundSeed, ReadOnlySpan<byte> root, ReadOnlySpan<byte> openingSeed, ChallengeAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        IReadOnlyList<int> drawn = MemoryWalkShape.Drawn(openingSeed, _shape);
        if (answer.Leaves.Count != drawn.Count)
        {
            return $"opens {answer.Leaves.Count} pieces of the walk, {drawn.Count} were drawn";
        }

        int perLane = MemoryWalkShape.LeavesPerLane(_shape);
        var steps = new SeedStream(openingSeed, "steps");
        for (int i = 0; i < drawn.Count; i++)
        {
            (int leaf, ChallengeLeaf opened) = (drawn[i], answer.Leaves[i]);
            ReadOnlyMemory<byte>[] path = [.. opened.Path.Select(h => h.Memory)];
            if (opened.Data.Length != MemoryWalkShape.LeafLength
                || !MerkleTree.Holds(root, perLane * _shape.Lanes, leaf, opened.Data.Span, path))
            {
                return $"piece {leaf} of the walk is not the one that was committed to";
            }

            ReadOnlySpan<ulong> digests = MemoryMarshal.Cast<byte, ulong>(opened.Data.Span);
            if (leaf % perLane == 0 && digests[0] != MemoryWalkShape.Start(roundSeed, leaf / perLane))
            {
                return $"lane {leaf / perLane} does not begin where it must";
            }

            if (leaf % perLane != 0 && i > 0 && drawn[i - 1] == leaf - 1
                && digests[0] != MemoryMarshal.Cast<byte, ulong>(answer.Leaves[i - 1].Data.Span)[^1])
            {
                return $"piece {leaf} of the walk does not begin where the one before it ends";
            }

            if (FindWrongStep(digests, steps[(ulong)i]) is { } step)
            {
                return $"step {step} of piece {leaf} of the walk is wrong";
            }
        }

        return null;
    }

    private int? FindWrongStep(ReadOnlySpan<ulong> digests, (ulong Low, ulong High) draw)
    {
        byte* block = stackalloc byte[MemoryBlock.Length];
        long blocks = MemoryWalkShape.Blocks(_shape);
        for (int i = 0; i < MemoryWalkShape.CheckedSteps; i++)
        {
            // Each checked step is drawn from a stretch of its own, so none is drawn twice.
            const int stretch = MemoryWalkShape.StepsPerLeaf / MemoryWalkShape.CheckedSteps;
            int step = i * stretch + (byte)(draw.Low >> 8 * i) % stretch;
            MemoryBlock.Make(block, _keys[(ulong)MemoryWalkShape.Next(digests[step], blocks)]);
            Operations += MemoryBlock.StepsToMake + MemoryBlock.StepsToRead;
            if (MemoryBlock.Digest(block, digests[step]) != digests[step + 1])
            {
                return step;
            }
        }

        return null;
    }
}
