using Infernet.Core.Schemas;
using Infernet.Daemon.Challenges.Challenging;
using Infernet.Daemon.Challenges.Wire;
using Infernet.Execution.Challenges;
using Reason = Infernet.Core.Schemas.ChallengeDecline.Types.Reason;

namespace Infernet.Daemon.Tests.Challenges.Challenging;

[TestFixture]
public sealed class ChallengerSessionTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private readonly List<byte[]> _drawn = [];
    private ChallengerSession _session = null!;

    [SetUp]
    public void SetUp()
    {
        _drawn.Clear();
        var plan = new ChallengePlan(
            new ChallengeShape { Kernel = "matmul-int8", Size = 256, Lanes = 2, Openings = 4 }, 2, 0, 0);
        _session = new ChallengerSession(plan, Draw, new byte[32]);
    }

    [Test]
    public void Challenge_OfTwoRounds_SumsTheTimesOfTheCommitmentsAlone()
    {
        Receive(ChallengeMessages.Ready());
        Receive(Commitment());
        Assert.That(Receive(Answer()), Is.InstanceOf<ChallengerStep.Check>());
        Assert.That(_session.Checked(null), Is.InstanceOf<ChallengerStep.Send>());
        Receive(Commitment());
        Receive(Answer());

        Assert.That(_session.Checked(null), Is.EqualTo(new ChallengerStep.Measured(2 * Tick)));
    }

    // Whoever knows a seed beforehand computes beforehand.
    [Test]
    public void Seeds_AreDrawnOnlyWhenTheyAreSent()
    {
        Assert.That(_drawn, Is.Empty);
        Receive(ChallengeMessages.Ready());
        Assert.That(_drawn, Has.Count.EqualTo(1));
        Receive(Commitment());
        Assert.That(_drawn, Has.Count.EqualTo(2));
        Receive(Answer());
        Assert.That(_drawn, Has.Count.EqualTo(2));
        _session.Checked(null);
        Assert.That(_drawn, Has.Count.EqualTo(3));
        Assert.That(_drawn.Select(Convert.ToHexString), Is.Unique);
    }

    [Test]
    public void Check_OfARound_GetsItsOwnSeedsAndRoot()
    {
        Receive(ChallengeMessages.Ready());
        Receive(Commitment());

        var check = (ChallengerStep.Check)Receive(Answer());

        Assert.That(check.RoundSeed, Is.EqualTo(_drawn[0]));
        Assert.That(check.OpeningSeed, Is.EqualTo(_drawn[1]));
        Assert.That(check.Root, Is.EqualTo(new byte[32]));
    }

    [Test]
    public void Round_ThatIsWrong_FailsTheChallenge()
    {
        Receive(ChallengeMessages.Ready());
        Receive(Commitment());
        Receive(Answer());

        Assert.That(_session.Checked("row 3 of the product is wrong"), Is.InstanceOf<ChallengerStep.Failed>()
            .With.Property("Reason").Contains("row 3"));
    }

    [Test]
    public void Message_OutOfTurn_FailsTheChallenge()
    {
        Assert.That(Receive(Commitment()), Is.InstanceOf<ChallengerStep.Failed>(), "before it is ready");
        Assert.That(Receive(ChallengeMessages.Round(new byte[32])), Is.InstanceOf<ChallengerStep.Failed>());
        Assert.That(Receive(new ChallengeMessage()), Is.InstanceOf<ChallengerStep.Failed>());
    }

    [Test]
    public void Commitment_ThatIsNoHash_FailsTheChallenge()
    {
        Receive(ChallengeMessages.Ready());

        Assert.That(Receive(ChallengeMessages.Commitment(new byte[31])), Is.InstanceOf<ChallengerStep.Failed>());
    }

    [Test]
    public void Decline_BeforeTheOpening_SaysNothingAgainstTheProver() => Assert.That(
        Receive(Decline(Reason.Busy)), Is.EqualTo(new ChallengerStep.Declined("Busy: later", 64)));

    [Test]
    public void Decline_AfterTheOpening_FailsTheChallenge()
    {
        Receive(ChallengeMessages.Ready());
        Receive(Commitment());

        Assert.That(Receive(Decline(Reason.Busy)), Is.InstanceOf<ChallengerStep.Failed>());
    }

    [Test]
    public void Decline_WithAnEndlessMessage_IsShort()
    {
        var step = (ChallengerStep.Declined)Receive(ChallengeMessages.Of(
            ChallengeMessages.Decline(Reason.Busy, new string('x', 100_000), -1)));

        Assert.That(step.Reason, Is.EqualTo("Busy"));
        Assert.That(step.LargestSize, Is.EqualTo(long.MaxValue));
    }

    private byte[] Draw()
    {
        var seed = new byte[32];
        seed[0] = (byte)(_drawn.Count + 1);
        _drawn.Add(seed);
        return seed;
    }

    private ChallengerStep Receive(ChallengeMessage message) => _session.Receive(message, Tick);

    private static ChallengeMessage Commitment() => ChallengeMessages.Commitment(new byte[32]);

    private static ChallengeMessage Answer() => ChallengeMessages.Of(new ChallengeAnswer());

    private static ChallengeMessage Decline(Reason reason) =>
        ChallengeMessages.Of(ChallengeMessages.Decline(reason, "later", 64));
}
