using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Challenges.Proving;
using Infernet.Execution.Challenges;
using Reason = Infernet.Core.Schemas.ChallengeDecline.Types.Reason;

namespace Infernet.Daemon.Tests.Challenges.Proving;

[TestFixture]
public sealed class ProverGateTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;
    private static readonly ChallengeShape Matrix = new() { Kernel = "matmul-int8", Size = 1_024, Lanes = 2, Openings = 8 };
    private static readonly ChallengeShape Memory =
        new() { Kernel = "memory-walk", Size = 1 << 28, Lanes = 2, Openings = 8, Steps = 1 << 15 };

    [Test]
    public void Challenge_BesidePaidWork_IsDeclined() =>
        Assert.That(Enter(Gate(isBusy: () => true), Matrix)?.Reason, Is.EqualTo(Reason.Busy));

    [Test]
    public void Challenge_BesideAnother_IsDeclinedUntilThatOneLeft()
    {
        ProverGate gate = Gate();

        Assert.That(Enter(gate, Matrix), Is.Null);
        Assert.That(Enter(gate, Matrix)?.Reason, Is.EqualTo(Reason.Busy));
        gate.Leave();
        Assert.That(Enter(gate, Matrix), Is.Null);
    }

    [Test]
    public void Challenge_BeyondTheAllowance_IsDeclined()
    {
        ProverGate gate = Gate(new ProverLimits { MaxPerHour = 1 });
        Enter(gate, Matrix);
        gate.Leave();

        Assert.That(Enter(gate, Matrix)?.Reason, Is.EqualTo(Reason.Limit));
    }

    // 10 s of 2 GOPS in three rounds: n = cbrt(10/3 · 10^9) = 1493.
    [Test]
    public void Matrix_ThatWouldTakeTooLong_IsDeclinedAndTheLargestIsNamed()
    {
        ProverGate gate = Gate(speed: new SpeedClaim(2e9, 1e9, 1e9));

        ChallengeDecline? decline = Enter(gate, Matrix with { Size = 1_536 });

        Assert.That(decline?.Reason, Is.EqualTo(Reason.TooLarge));
        Assert.That(decline?.LargestSize, Is.EqualTo(1_472UL));
        Assert.That(Enter(gate, Matrix with { Size = 1_472 }), Is.Null, "what was refused did not count");
    }

    [Test]
    public void Memory_BeyondTheShareOfWhatIsFree_IsDeclined()
    {
        ProverGate gate = Gate(memory: 400 << 20);

        ChallengeDecline? decline = Enter(gate, Memory);

        Assert.That(decline?.Reason, Is.EqualTo(Reason.TooLarge));
        Assert.That(decline?.LargestSize, Is.EqualTo(100UL << 20));
    }

    [Test]
    public void Memory_ThatTakesTooLongToFillOrToWalk_IsDeclined()
    {
        Assert.That(Gate(speed: new SpeedClaim(1e9, 1e9, 1e6)).LargestSize(Memory, 3), Is.LessThan(10_000_000));
        Assert.That(Gate(speed: new SpeedClaim(1e9, 1e6, 1e9)).LargestSize(Memory, 3), Is.Zero);
    }

    [Test]
    public void Challenge_WhileTheNodeStops_IsDeclined()
    {
        ProverGate gate = Gate();
        gate.Close();

        Assert.That(Enter(gate, Matrix)?.Reason, Is.EqualTo(Reason.ShuttingDown));
    }

    private static ProverGate Gate(
        ProverLimits? limits = null, Func<bool>? isBusy = null, SpeedClaim? speed = null, long memory = 16L << 30) => new(
        limits ?? new ProverLimits(), isBusy ?? (() => false), () => speed, () => memory);

    private static ChallengeDecline? Enter(ProverGate gate, ChallengeShape shape) =>
        gate.TryEnter(NodeIdentity.Generate().Id, shape, 3, Now);
}
