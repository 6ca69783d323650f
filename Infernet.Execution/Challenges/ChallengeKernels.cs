namespace Infernet.Execution.Challenges;

/// <summary>
/// The kernels that this program computes, on the processor. A GPU's kernel would be another pair of work and check
/// under the same names: the arithmetic is fixed to the bit, the device stands in the request.
/// </summary>
public static class ChallengeKernels
{
    /// <summary>A product of square matrices of small integers; the rate is in operations a second, two a term.</summary>
    public const string MatrixProduct = "matmul-int8";

    /// <summary>Reads of filled memory, each place given by what was read before; the rate is in bytes a second.</summary>
    public const string MemoryWalk = "memory-walk";

    /// <summary>The only device that this program computes challenges on.</summary>
    public const string Cpu = "cpu";

    /// <summary>What every size of a matmul-int8 is a multiple of.</summary>
    public const int MatrixGranularity = MatrixWork.Granularity;

    /// <summary>What every size of a memory-walk is a multiple of: the bytes of a block.</summary>
    public const int MemoryGranularity = MemoryBlock.Length;

    /// <summary>What every number of steps of a memory-walk is a multiple of.</summary>
    public const int StepGranularity = MemoryWalkShape.StepsPerLeaf;

    /// <summary>Why a shape can't be computed by anybody; null if it can.</summary>
    public static string? FindProblem(ChallengeShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return shape switch
        {
            { Lanes: < 1 or > MaxLanes } => $"lanes must be 1 to {MaxLanes}",
            { Openings: < 1 or > MaxOpenings } => $"openings must be 1 to {MaxOpenings}",
            { Kernel: MatrixProduct } => MatrixWork.FindProblem(shape),
            { Kernel: MemoryWalk } => MemoryWalkShape.FindProblem(shape),
            _ => $"the kernel must be {MatrixProduct} or {MemoryWalk}",
        };
    }

    /// <summary>The prover's side. The shape has no problem; the seed has 32 bytes.</summary>
    public static IChallengeWork CreateWork(ChallengeShape shape, ReadOnlySpan<byte> seed)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return shape.Kernel == MatrixProduct ? new MatrixWork(shape) : new MemoryWork(shape, seed);
    }

    /// <summary>The challenger's side.</summary>
    public static IChallengeCheck CreateCheck(ChallengeShape shape, ReadOnlySpan<byte> seed)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return shape.Kernel == MatrixProduct ? new MatrixCheck(shape) : new MemoryCheck(shape, seed);
    }

    /// <summary>Length of every seed, in bytes.</summary>
    public const int SeedLength = SeedStream.SeedLength;

    /// <summary>Length of every hash, in bytes.</summary>
    public const int HashLength = MerkleTree.HashLength;

    private const int MaxLanes = 1_024;
    private const int MaxOpenings = 32;
}
