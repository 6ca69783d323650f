namespace Infernet.Execution.Challenges;

/// <summary>Sizes of memory-walk, and the places in it that both sides compute.</summary>
internal static class MemoryWalkShape
{
    /// <summary>Steps of one lane that make one leaf.</summary>
    public const int StepsPerLeaf = 64;

    /// <summary>Bytes of a leaf: the digest before its first step, and the one after each.</summary>
    public const int LeafLength = (StepsPerLeaf + 1) * sizeof(ulong);

    /// <summary>Steps of each opened leaf that the challenger computes again.</summary>
    public const int CheckedSteps = 8;

    private const long MinSize = 1 << 20;
    private const long MaxSize = 1L << 44;
    private const long MaxSteps = 1 << 22;
    private const long MaxTrace = 1 << 22;

    public static string? FindProblem(ChallengeShape shape)
    {
        if (shape.Size is < MinSize or > MaxSize || shape.Size % MemoryBlock.Length != 0)
        {
            return $"the size must be a multiple of {MemoryBlock.Length} bytes, {MinSize} to {MaxSize}";
        }

        if (shape.Steps is < StepsPerLeaf or > MaxSteps || shape.Steps % StepsPerLeaf != 0)
        {
            return $"steps must be a multiple of {StepsPerLeaf}, at most {MaxSteps}";
        }

        return shape.Steps * shape.Lanes <= MaxTrace ? null : $"at most {MaxTrace} steps over all lanes are allowed";
    }

    public static int LeavesPerLane(ChallengeShape shape) => (int)(shape.Steps / StepsPerLeaf);

    public static long Blocks(ChallengeShape shape) => shape.Size / MemoryBlock.Length;

    /// <summary>The digest that a lane begins with.</summary>
    public static ulong Start(ReadOnlySpan<byte> roundSeed, int lane) => new SeedStream(roundSeed, "walk")[(ulong)lane].Low;

    /// <summary>The block that a lane visits after a digest.</summary>
    public static long Next(ulong digest, long blocks) => (long)Math.BigMul(digest, (ulong)blocks, out _);

    /// <summary>
    /// The leaves that an opening asks for: each drawn one, and before it its predecessor in the lane, so that it can
    /// be seen where it begins.
    /// </summary>
    public static IReadOnlyList<int> Drawn(ReadOnlySpan<byte> openingSeed, ChallengeShape shape)
    {
        int perLane = LeavesPerLane(shape);
        IReadOnlyList<int> drawn =
            new SeedStream(openingSeed, "leaves").DrawDistinct(shape.Openings, perLane * shape.Lanes);
        return [.. drawn.SelectMany(leaf => leaf % perLane == 0 ? (int[])[leaf] : [leaf - 1, leaf])];
    }
}
