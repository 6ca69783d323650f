using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Challenges.Proving;
using Infernet.Daemon.Challenges.Wire;
using Infernet.Daemon.Tests.Adverts;
using Infernet.Daemon.Tests.Challenges.Results;
using Reason = Infernet.Core.Schemas.ChallengeDecline.Types.Reason;

namespace Infernet.Daemon.Tests.Challenges.Proving;

[TestFixture]
public sealed class ProverSessionTests
{
    private static readonly NodeIdentity Prover = NodeIdentity.Generate();
    private static readonly NodeIdentity Challenger = NodeIdentity.Generate();
    private ProverSession _session = null!;
    private ChallengeDecline? _decline;

    private static IEnumerable<TestCaseData> WrongRequests()
    {
        yield return Case("UnknownKernel", Reason.NotSupported, r => r.Kernel = "sort");
        yield return Case("OtherDevice", Reason.NotSupported, r => r.Device = "a GPU");
        yield return Case("NoRounds", Reason.RequestInvalid, r => r.Rounds = 0);
        yield return Case("TooManyRounds", Reason.RequestInvalid, r => r.Rounds = 9);
        yield return Case("ShortSeed", Reason.RequestInvalid, r => r.Seed = ByteString.CopyFrom(new byte[31]));
        yield return Case("NoSize", Reason.RequestInvalid, r => r.Size = 0);
        yield return Case("HugeSize", Reason.RequestInvalid, r => r.Size = ulong.MaxValue);
        yield return Case("HugeLanes", Reason.RequestInvalid, r => r.Lanes = uint.MaxValue);
        yield return Case("HugeOpenings", Reason.RequestInvalid, r => r.Openings = uint.MaxValue);
        yield return Case("HugeSteps", Reason.RequestInvalid, r => (r.Kernel, r.Size, r.Steps) =
            ("memory-walk", 1 << 20, ulong.MaxValue));
        yield return Case("HugeMemory", Reason.RequestInvalid, r => (r.Kernel, r.Size, r.Steps) =
            ("memory-walk", ulong.MaxValue / 4_096 * 4_096, 64));
    }

    [SetUp]
    public void SetUp()
    {
        _decline = null;
        _session = new ProverSession(Prover.Id, Challenger.Id, (_, _) => _decline);
    }

    [TestCaseSource(nameof(WrongRequests))]
    public void Request_OutOfItsLimits_IsDeclined(Reason reason, Action<ChallengeRequest> change)
    {
        ChallengeRequest request = Request();
        change(request);

        Assert.That(Receive(ChallengeMessages.Of(request)), Is.InstanceOf<ProverStep.Close>()
            .With.Property("Message").Property("Decline").Property("Reason").EqualTo(reason));
    }

    [Test]
    public void Request_ThatIsNotAdmitted_IsDeclinedWithTheReason()
    {
        _decline = ChallengeMessages.Decline(Reason.Busy, "paid work comes first");

        Assert.That(Receive(ChallengeMessages.Of(Request())), Is.InstanceOf<ProverStep.Close>()
            .With.Property("Message").Property("Decline").EqualTo(_decline));
    }

    [Test]
    public void Challenge_OfTwoRounds_GoesThroughItsSteps()
    {
        byte[] envelope = TestResults.Sealed(Challenger, Prover.Id);

        Assert.That(Receive(ChallengeMessages.Of(Request())), Is.InstanceOf<ProverStep.Prepare>());
        Assert.That(Receive(Round()), Is.InstanceOf<ProverStep.Commit>());
        Assert.That(Receive(Opening()), Is.InstanceOf<ProverStep.Open>());
        Assert.That(Receive(Round()), Is.InstanceOf<ProverStep.Commit>());
        Assert.That(Receive(Opening()), Is.InstanceOf<ProverStep.Open>());
        Assert.That(Receive(ChallengeMessages.Result(envelope)), Is.InstanceOf<ProverStep.End>()
            .With.Property("Measurement").Property("Rate").EqualTo(100e9));
    }

    [Test]
    public void Message_OutOfTurn_IsAViolation()
    {
        Assert.That(Receive(Round()), Is.InstanceOf<ProverStep.Violation>());
        Receive(ChallengeMessages.Of(Request()));
        Assert.That(Receive(Opening()), Is.InstanceOf<ProverStep.Violation>(), "nothing is committed to");
        Assert.That(Receive(ChallengeMessages.Of(Request())), Is.InstanceOf<ProverStep.Violation>(), "a second request");
        Assert.That(Receive(ChallengeMessages.Ready()), Is.InstanceOf<ProverStep.Violation>(), "a prover's message");
        Assert.That(Receive(new ChallengeMessage()), Is.InstanceOf<ProverStep.Violation>(), "an empty message");
    }

    [Test]
    public void Round_BeyondThoseAgreedOn_IsAViolation()
    {
        PlayRounds();

        Assert.That(Receive(Round()), Is.InstanceOf<ProverStep.Violation>());
    }

    [Test]
    public void Seed_OfAnotherLength_IsAViolation()
    {
        Receive(ChallengeMessages.Of(Request()));

        Assert.That(Receive(ChallengeMessages.Round(new byte[33])), Is.InstanceOf<ProverStep.Violation>());
    }

    [Test]
    public void Result_BeforeTheRoundsAreOver_IsAViolation()
    {
        Receive(ChallengeMessages.Of(Request()));

        Assert.That(
            Receive(ChallengeMessages.Result(TestResults.Sealed(Challenger, Prover.Id))),
            Is.InstanceOf<ProverStep.Violation>());
    }

    [Test]
    public void Result_SignedByAThird_IsAViolation()
    {
        PlayRounds();

        Assert.That(
            Receive(ChallengeMessages.Result(TestResults.Sealed(NodeIdentity.Generate(), Prover.Id))),
            Is.InstanceOf<ProverStep.Violation>().With.Property("Reason").Contains("another peer"));
    }

    [Test]
    public void Result_AboutAnother_IsAViolation()
    {
        PlayRounds();

        Assert.That(
            Receive(ChallengeMessages.Result(TestResults.Sealed(Challenger, Challenger.Id))),
            Is.InstanceOf<ProverStep.Violation>());
    }

    [Test]
    public void Reason_OfAnyLength_IsKeptShort()
    {
        Receive(ChallengeMessages.Of(Request()));

        var end = (ProverStep.End)Receive(ChallengeMessages.NoResult(new string('x', 100_000)));

        Assert.That(end.Reason, Has.Length.EqualTo(ChallengeProtocol.MaxReasonLength));
        Assert.That(end.Measurement, Is.Null);
    }

    [Test]
    public void Messages_OfAnyKindInAnyOrder_GiveAStepAndNeverThrow()
    {
        var random = new Random(12);
        for (int i = 0; i < 2_000; i++)
        {
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            ChallengeMessage message;
            try
            {
                message = ChallengeMessage.Parser.ParseFrom(bytes);
            }
            catch (InvalidProtocolBufferException)
            {
                message = random.Next(4) switch
                {
                    0 => ChallengeMessages.Of(Request()), 1 => Round(), 2 => Opening(),
                    _ => ChallengeMessages.Result(bytes),
                };
            }

            Assert.That(Receive(message), Is.Not.Null);
        }
    }

    private void PlayRounds()
    {
        Receive(ChallengeMessages.Of(Request()));
        for (int round = 0; round < 2; round++)
        {
            Receive(Round());
            Receive(Opening());
        }
    }

    private ProverStep Receive(ChallengeMessage message) => _session.Receive(message, TestAdverts.Now);

    private static ChallengeMessage Round() => ChallengeMessages.Round(new byte[32]);

    private static ChallengeMessage Opening() => ChallengeMessages.Opening(new byte[32]);

    private static ChallengeRequest Request() => new()
    {
        Kernel = "matmul-int8", Device = "cpu", Size = 256, Rounds = 2, Lanes = 2, Openings = 4,
        Seed = ByteString.CopyFrom(new byte[32]),
    };

    private static TestCaseData Case(string name, Reason reason, Action<ChallengeRequest> change) =>
        new TestCaseData(reason, change).SetArgDisplayNames(name);
}
