using Infernet.Core.Schemas;
using Infernet.Daemon.Challenges.Challenging;
using Infernet.Execution.Challenges;

namespace Infernet.Daemon.Tests.Challenges.Challenging;

[TestFixture]
public sealed class ChallengePlanTests
{
    private static readonly ChallengerOptions Options = new();
    private static readonly TimeSpan Near = TimeSpan.FromMilliseconds(1);

    [Test]
    public void Matrix_ForAFasterClaim_IsLarger()
    {
        long slow = Matrix(20e9, Near).Shape.Size;
        long fast = Matrix(400e9, Near).Shape.Size;

        // cbrt(rate · 0.15 s / 2), down to a multiple of 64.
        Assert.That(slow, Is.EqualTo(1_088));
        Assert.That(fast, Is.EqualTo(3_072));
    }

    [Test]
    public void Matrix_ForAPeerFarAway_IsLarger() => Assert.That(
        Matrix(20e9, TimeSpan.FromMilliseconds(200)).Shape.Size, Is.GreaterThan(Matrix(20e9, Near).Shape.Size));

    [Test]
    public void Requirement_IsAPartOfTheClaim_AndNothingWhereNothingIsClaimed()
    {
        Assert.That(Matrix(100e9, Near).Required, Is.EqualTo(50e9));
        Assert.That(Matrix(0, Near).Required, Is.Zero);
    }

    [Test]
    public void Memory_InAnyCase_MustBeReadFasterThanItCouldBeMadeAgain() => Assert.That(
        Memory(claim: 0, cores: 4).Required, Is.EqualTo(4 * Options.MinBytesPerLane));

    [Test]
    public void Memory_IsReadOnceOnTheAverage()
    {
        ChallengePlan plan = Memory(claim: 1e9, cores: 4);

        Assert.That(plan.Shape.Size, Is.EqualTo(256 << 20));
        Assert.That(plan.Shape.Steps * plan.Shape.Lanes * 4_096, Is.EqualTo(256 << 20));
    }

    [Test]
    public void Size_ThatIsAskedFor_IsTaken() => Assert.That(
        ChallengePlan.For("matmul-int8", 512, new Hardware(), Near, Options).Shape.Size, Is.EqualTo(512));

    // A peer writes what it likes into its advert; what follows from it must be a challenge all the same.
    [Test]
    public void Plan_ForAnyClaim_IsAChallengeThatCanBe()
    {
        var random = new Random(13);
        for (int i = 0; i < 2_000; i++)
        {
            var hardware = new Hardware
            {
                CpuCores = i % 7 == 0 ? uint.MaxValue : (uint)random.Next(3_000),
                MemoryBytes = i % 11 == 0 ? ulong.MaxValue : (ulong)random.NextInt64(1L << 45),
                ClaimedOperationsPerSecond = i % 5 == 0 ? 0 : Math.Pow(10, random.NextDouble() * 18),
                ClaimedBytesPerSecond = i % 5 == 1 ? 0 : Math.Pow(10, random.NextDouble() * 18),
            };
            TimeSpan roundTrip = TimeSpan.FromMilliseconds(random.Next(10_000));
            foreach (string kernel in (string[])["matmul-int8", "memory-walk"])
            {
                ChallengePlan plan = ChallengePlan.For(kernel, null, hardware, roundTrip, Options);
                Assert.That(ChallengeKernels.FindProblem(plan.Shape), Is.Null, $"{plan}");
            }
        }
    }

    private static ChallengePlan Matrix(double claim, TimeSpan roundTrip) => ChallengePlan.For(
        "matmul-int8", null, new Hardware { CpuCores = 2, ClaimedOperationsPerSecond = claim }, roundTrip, Options);

    private static ChallengePlan Memory(double claim, uint cores) => ChallengePlan.For(
        "memory-walk", null,
        new Hardware { CpuCores = cores, MemoryBytes = 64UL << 30, ClaimedBytesPerSecond = claim }, Near, Options);
}
