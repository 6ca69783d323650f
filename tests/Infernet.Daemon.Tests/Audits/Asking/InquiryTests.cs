using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Asking;
using Infernet.Daemon.Audits.Serving;
using Infernet.Daemon.Audits.Wire;
using static Infernet.Daemon.Tests.Audits.TestAudits;

namespace Infernet.Daemon.Tests.Audits.Asking;

/// <summary>What a hostile auditor can do to who asks it: one test a rule.</summary>
[TestFixture]
public sealed class InquiryTests
{
    private static readonly NodeIdentity Auditor = NodeIdentity.Generate();
    private static readonly NodeIdentity Self = NodeIdentity.Generate();
    private static readonly byte[] Salt = new byte[VerdictCommitment.SaltLength];

    private readonly AuditCase _case = Case();
    private Inquiry _inquiry = null!;

    [SetUp]
    public void SetUp() => _inquiry = new Inquiry(_case, Auditor.Id, Self.Id, new InquiryLimits());

    [Test]
    public void Verdict_ThatIsRight_IsAnAnswer()
    {
        byte[] envelope = Envelope(Auditor, Self.Id, _case.Request);

        var answered = (InquiryOutcome.Answered)Exchange(envelope, envelope);

        Assert.That(answered.Envelope, Is.EqualTo(envelope));
        Assert.That(_case.Find(answered.Verdict).Outcome, Is.EqualTo(ShardOutcome.Verified));
    }

    [Test]
    public void Reveal_OfAnotherVerdictThanWasCommittedTo_BreaksTheWord() => AssertBroken(
        Exchange(
            Envelope(Auditor, Self.Id, _case.Request),
            Envelope(Auditor, Self.Id, _case.Request, ItemVerdict.Types.Fault.Text)),
        "something else");

    [Test]
    public void Reveal_WithAnotherSalt_BreaksTheWord()
    {
        byte[] envelope = Envelope(Auditor, Self.Id, _case.Request);
        Receive(AuditMessages.Commitment(VerdictCommitment.Of(Salt, envelope)));
        _inquiry.AskReveal();

        AssertBroken(Receive(AuditMessages.Reveal([.. Salt.Reverse().Select(b => (byte)(b + 1))], envelope)), "something else");
    }

    [Test]
    public void Reveal_WithASaltOfAnotherLength_BreaksTheWord()
    {
        Receive(AuditMessages.Commitment(new byte[32]));
        _inquiry.AskReveal();

        AssertBroken(Receive(AuditMessages.Reveal([1], [2])), "something else");
    }

    [TestCase(0)]
    [TestCase(31)]
    [TestCase(4_096)]
    public void Commitment_OfAnotherLength_BreaksTheProtocol(int length) =>
        AssertBroken(Receive(AuditMessages.Commitment(new byte[length])), "a commitment has 32");

    [Test]
    public void Commitment_AndThenNothing_BreaksTheWord()
    {
        Receive(AuditMessages.Commitment(new byte[32]));
        _inquiry.AskReveal();

        AssertBroken(Receive(null), "does not reveal");
    }

    [Test]
    public void Reveal_BeforeItWasAskedFor_BreaksTheProtocol()
    {
        Receive(AuditMessages.Commitment(new byte[32]));

        AssertBroken(Receive(AuditMessages.Reveal(Salt, [1])), "no message");
    }

    [Test]
    public void Verdict_WithoutACommitment_BreaksTheProtocol() =>
        AssertBroken(Receive(AuditMessages.Reveal(Salt, Envelope(Auditor, Self.Id, _case.Request))), "no message");

    [Test]
    public void Request_FromAnAuditor_BreaksTheProtocol() =>
        AssertBroken(Receive(AuditMessages.Of(Request())), "no message");

    [Test]
    public void Verdict_OnAnotherRequest_IsNone()
    {
        byte[] other = Envelope(Auditor, Self.Id, Request(3));
        AssertBroken(Exchange(other, other), "another request");
    }

    [Test]
    public void Verdict_ForAnotherAggregator_IsNone()
    {
        byte[] other = Envelope(Auditor, Auditor.Id, _case.Request);
        AssertBroken(Exchange(other, other), "another aggregator");
    }

    [Test]
    public void Verdict_SignedByAnother_IsNone()
    {
        byte[] other = Envelope(NodeIdentity.Generate(), Self.Id, _case.Request);
        AssertBroken(Exchange(other, other), "is signed by");
    }

    [Test]
    public void Verdict_LargerThanAllowed_IsNone()
    {
        byte[] large = new byte[VerdictEnvelope.MaxSize + 1];
        AssertBroken(Exchange(large, large), "no verdict");
    }

    [Test]
    public void Verdict_WithFewerItems_IsNone()
    {
        byte[] envelope = Verdicts.Seal(Auditor, _case.Request, Engine, Self.Id, [.. Items(_case.Request).Take(1)], Now);
        AssertBroken(Exchange(envelope, envelope), "covers 1 items");
    }

    [Test]
    public void Verdict_ThatScoredATokenLess_IsNone()
    {
        ItemVerdict[] items = Items(_case.Request);
        items[0].Tokens--;
        items[0].MarginCounts[0]--;
        byte[] envelope = Verdicts.Seal(Auditor, _case.Request, Engine, Self.Id, items, Now);
        AssertBroken(Exchange(envelope, envelope), "were scored");
    }

    [TestCase(-3_600)]
    [TestCase(3_600)]
    public void Verdict_OfAnotherTime_IsNone(int seconds)
    {
        byte[] envelope = Verdicts.Seal(
            Auditor, _case.Request, Engine, Self.Id, Items(_case.Request), Now.AddSeconds(seconds));
        AssertBroken(Exchange(envelope, envelope), "time");
    }

    [Test]
    public void Decline_IsHeardAndMayNotBeFollowed()
    {
        InquiryOutcome outcome = Receive(AuditMessages.Decline(AuditDecline.Types.Reason.Busy, "later"));

        Assert.That(outcome, Is.EqualTo(new InquiryOutcome.Declined("later", Busy: true)));
        AssertBroken(Receive(AuditMessages.Commitment(new byte[32])), "no message");
    }

    [Test]
    public void Decline_WithAnEndlessReason_IsCutShort() => Assert.That(
        Receive(AuditMessages.Decline(AuditDecline.Types.Reason.ModelNotServed, new string('x', 10_000))),
        Is.EqualTo(new InquiryOutcome.Declined("ModelNotServed", Busy: false)));

    [Test]
    public void AnyBytes_GiveAnOutcomeAndNoException([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        byte[] envelope = Envelope(Auditor, Self.Id, _case.Request);
        byte[] good = AuditMessages.Reveal(Salt, envelope).ToByteArray();
        for (int i = 0; i < 100; i++)
        {
            SetUp();
            Receive(AuditMessages.Commitment(VerdictCommitment.Of(Salt, envelope)));
            _inquiry.AskReveal();
            byte[] bytes = [.. good];
            for (int flips = random.Next(1, 6); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
            }

            try
            {
                AuditMessage message = AuditMessage.Parser.ParseFrom(bytes);
                Assert.That(() => Receive(message), Throws.Nothing);
            }
            catch (InvalidProtocolBufferException)
            {
                // The link answers for what is no message.
            }
        }
    }

    private InquiryOutcome Exchange(byte[] committed, byte[] revealed)
    {
        Assert.That(
            Receive(AuditMessages.Commitment(VerdictCommitment.Of(Salt, committed))),
            Is.InstanceOf<InquiryOutcome.Committed>());
        Assert.That(_inquiry.AskReveal().BodyCase, Is.EqualTo(AuditMessage.BodyOneofCase.RevealRequest));
        return Receive(AuditMessages.Reveal(Salt, revealed));
    }

    private InquiryOutcome Receive(AuditMessage? message) => _inquiry.Receive(message, Now.AddSeconds(5));

    private static void AssertBroken(InquiryOutcome outcome, string reason) =>
        Assert.That((outcome as InquiryOutcome.Broken)?.Reason, Does.Contain(reason));
}
