using Infernet.Execution.Challenges;

namespace Infernet.Execution.Tests.Challenges;

[TestFixture]
public sealed class ChallengeKernelsTests
{
    [TestCase(0), TestCase(-64), TestCase(63), TestCase(100), TestCase(4_160), TestCase(long.MaxValue)]
    public void Matrix_OfASizeThatCantBe_IsRefused(long size) =>
        Assert.That(Problem(TestChallenges.Matrix() with { Size = size }), Does.Contain("multiple of 64"));

    [TestCase(0), TestCase(4_096), TestCase((1 << 20) + 1), TestCase(long.MaxValue)]
    public void Memory_OfASizeThatCantBe_IsRefused(long size) =>
        Assert.That(Problem(TestChallenges.Memory() with { Size = size }), Does.Contain("multiple of 4096"));

    [TestCase(0), TestCase(63), TestCase(65), TestCase(long.MaxValue)]
    public void Memory_WithStepsThatCantBe_IsRefused(long steps) =>
        Assert.That(Problem(TestChallenges.Memory() with { Steps = steps }), Does.Contain("steps"));

    [Test]
    public void Memory_WithTooLongATrace_IsRefused() => Assert.That(
        Problem(TestChallenges.Memory() with { Steps = 1 << 20, Lanes = 64 }), Does.Contain("over all lanes"));

    [TestCase(0), TestCase(-1), TestCase(1_025)]
    public void Lanes_OutOfBounds_AreRefused(int lanes) =>
        Assert.That(Problem(TestChallenges.Matrix(lanes: lanes)), Does.Contain("lanes"));

    [TestCase(0), TestCase(33)]
    public void Openings_OutOfBounds_AreRefused(int openings) =>
        Assert.That(Problem(TestChallenges.Matrix(openings: openings)), Does.Contain("openings"));

    [Test]
    public void Kernel_ThatNobodyKnows_IsRefused() =>
        Assert.That(Problem(TestChallenges.Matrix() with { Kernel = "sort" }), Does.Contain("matmul-int8"));

    [Test]
    public void Work_ThatIsCancelled_Stops()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        foreach (ChallengeShape shape in (ChallengeShape[])[TestChallenges.Matrix(), TestChallenges.Memory()])
        {
            using IChallengeWork work = ChallengeKernels.CreateWork(shape, TestChallenges.Seed(0));
            Assert.That(() => work.Prepare(stop.Token), Throws.InstanceOf<OperationCanceledException>());
        }
    }

    [Test]
    public void Machine_ThatMeasuresItself_ClaimsSomething()
    {
        SpeedClaim claim = SelfMeasurement.Measure(1, TimeProvider.System, CancellationToken.None);

        Assert.That(claim.OperationsPerSecond, Is.GreaterThan(0));
        Assert.That(claim.BytesPerSecond, Is.GreaterThan(0));
        Assert.That(claim.FilledBytesPerSecond, Is.GreaterThan(0));
    }

    private static string? Problem(ChallengeShape shape) => ChallengeKernels.FindProblem(shape);
}
