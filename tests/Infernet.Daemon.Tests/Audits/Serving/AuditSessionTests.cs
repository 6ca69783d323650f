using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Serving;
using Infernet.Daemon.Audits.Wire;
using static Infernet.Core.Schemas.AuditDecline.Types;
using static Infernet.Daemon.Tests.Audits.TestAudits;

namespace Infernet.Daemon.Tests.Audits.Serving;

/// <summary>What a hostile aggregator can do to an auditor: one test a rule.</summary>
[TestFixture]
public sealed class AuditSessionTests
{
    private static readonly NodeIdentity Auditor = NodeIdentity.Generate();
    private static readonly NodeIdentity Aggregator = NodeIdentity.Generate();
    private static readonly byte[] Salt = new byte[VerdictCommitment.SaltLength];

    private AuditSession _session = null!;
    private bool _stopping;

    [SetUp]
    public void SetUp()
    {
        _stopping = false;
        _session = New(new AuditServingLimits());
    }

    [Test]
    public void Request_ThatIsRight_IsJudgedCommittedToRevealedAndSignedFor()
    {
        AuditRequest request = Request();
        byte[] envelope = Envelope(Auditor, Aggregator.Id, request);

        Assert.That(_session.Receive(AuditMessages.Of(request)), Is.InstanceOf<AuditStep.Judge>());
        var committed = (AuditStep.Reply)_session.Judged(envelope, Salt);
        var revealed = (AuditStep.Reply)_session.Receive(AuditMessages.RevealRequest);

        Assert.That(
            VerdictCommitment.IsFor(
                committed.Message.Commitment.Hash.Span, revealed.Message.Reveal.Salt.Span,
                revealed.Message.Reveal.VerdictEnvelope.Span),
            Is.True);
        Assert.That(
            _session.Receive(AuditMessages.Of(
                VerdictAcknowledgement.Sign(Aggregator, VerdictEnvelope.HashOf(envelope)))),
            Is.InstanceOf<AuditStep.Done>());
    }

    private static IEnumerable<TestCaseData> Bad()
    {
        yield return Case("Nonce", r => r.Nonce = ByteString.Empty, "nonce");
        yield return Case("NoItems", r => r.Items.Clear(), "items");
        yield return Case("TooManyItems", r => r.Items.AddRange(Enumerable.Repeat(Item(9, 1), 100)), "items");
        yield return Case("ItemTwice", r => r.Items.Add(r.Items[0].Clone()), "twice");
        yield return Case("Kind", r => r.Kind = JobKind.Unspecified, "kind");
        yield return Case("Sampling", r => r.Sampling = null, "sampling");
        yield return Case("Temperature", r => r.Sampling.Temperature = float.NaN, "temperature");
        yield return Case("NoInput", r => r.Items[0].Input = null, "lacks");
        yield return Case("NoModel", r => r.ModelRoot = ByteString.CopyFrom(1), "CID");
        yield return Case("Engine", r => r.Engine = null, "engine");
        yield return Case("Prompt", r => r.Items[0].Receipt.PromptTokens = uint.MaxValue, "at a time");
    }

    [TestCaseSource(nameof(Bad))]
    public void Request_ThatMakesNoSense_IsDeclined(Action<AuditRequest> spoil, string reason)
    {
        AuditRequest request = Request();
        spoil(request);

        AssertDeclined(request, Reason.RequestInvalid, reason);
    }

    [Test]
    public void Request_WithMoreTokensThanAllowed_IsDeclined()
    {
        _session = New(new AuditServingLimits { MaxTokens = 39 });
        AssertDeclined(Request(2, 16), Reason.RequestInvalid, "40 tokens are to be judged");
    }

    [Test]
    public void Request_ForAnotherModel_IsDeclined()
    {
        AuditRequest request = Request();
        request.ModelRoot = ByteString.CopyFrom(
            Core.Multiformats.Cid.OfRaw([2]).ToBytes());
        AssertDeclined(request, Reason.ModelNotServed, "does not serve");
    }

    [Test]
    public void Request_ForEveryBitOnAnotherEngine_IsDeclined()
    {
        AuditRequest request = Request();
        request.Exact = true;
        request.Engine.CpuVariant = "other";
        AssertDeclined(request, Reason.EngineDiffers, "other bits");
    }

    [Test]
    public void Request_WhileTheNodeStops_IsDeclined()
    {
        _stopping = true;
        AssertDeclined(Request(), Reason.ShuttingDown, "stopping");
    }

    [Test]
    public void Reveal_BeforeTheRequest_IsAViolation() =>
        AssertViolation(AuditMessages.RevealRequest, "first message");

    [Test]
    public void Reveal_BeforeTheCommitment_IsAViolation()
    {
        _session.Receive(AuditMessages.Of(Request()));
        AssertViolation(AuditMessages.RevealRequest, "no message");
    }

    [Test]
    public void Reveal_AskedForTwice_IsAViolation()
    {
        Commit();
        _session.Receive(AuditMessages.RevealRequest);
        AssertViolation(AuditMessages.RevealRequest, "no message");
    }

    [Test]
    public void Request_SentTwice_IsAViolation()
    {
        _session.Receive(AuditMessages.Of(Request()));
        AssertViolation(AuditMessages.Of(Request()), "no message");
    }

    [Test]
    public void Message_AfterADecline_IsAViolation()
    {
        _session.Receive(AuditMessages.Of(new AuditRequest()));
        AssertViolation(AuditMessages.Of(Request()), "no message");
    }

    [Test]
    public void Acknowledgement_BeforeTheReveal_IsAViolation()
    {
        byte[] envelope = Commit();
        AssertViolation(
            AuditMessages.Of(VerdictAcknowledgement.Sign(Aggregator, VerdictEnvelope.HashOf(envelope))), "no message");
    }

    [Test]
    public void Acknowledgement_SignedByAnother_IsAViolation()
    {
        byte[] envelope = Commit();
        _session.Receive(AuditMessages.RevealRequest);
        AssertViolation(
            AuditMessages.Of(VerdictAcknowledgement.Sign(Auditor, VerdictEnvelope.HashOf(envelope))), "signature");
    }

    [Test]
    public void Acknowledgement_OfAnotherVerdict_IsAViolation()
    {
        Commit();
        _session.Receive(AuditMessages.RevealRequest);
        AssertViolation(AuditMessages.Of(VerdictAcknowledgement.Sign(Aggregator, new byte[32])), "not for this verdict");
    }

    [Test]
    public void AnyBytes_GiveAStepAndNoException([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        byte[] good = AuditMessages.Of(Request()).ToByteArray();
        for (int i = 0; i < 200; i++)
        {
            byte[] bytes = [.. good];
            for (int flips = random.Next(1, 6); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
            }

            try
            {
                AuditMessage message = AuditMessage.Parser.ParseFrom(bytes);
                SetUp();
                Assert.That(() => _session.Receive(message), Throws.Nothing);
            }
            catch (InvalidProtocolBufferException)
            {
                // The link answers for what is no message.
            }
        }
    }

    private AuditSession New(AuditServingLimits limits) => new(
        limits, Aggregator.Id,
        root => root == Model ? new ServedAuditor(root, Engine, (r, _) => Judge(r)) : null, () => _stopping);

    private static Task<IReadOnlyList<ItemVerdict>> Judge(AuditRequest request) =>
        Task.FromResult<IReadOnlyList<ItemVerdict>>(Items(request));

    private static TestCaseData Case(string name, Action<AuditRequest> spoil, string reason) =>
        new TestCaseData(spoil, reason).SetArgDisplayNames(name);

    private byte[] Commit()
    {
        AuditRequest request = Request();
        _session.Receive(AuditMessages.Of(request));
        byte[] envelope = Envelope(Auditor, Aggregator.Id, request);
        _session.Judged(envelope, Salt);
        return envelope;
    }

    private void AssertDeclined(AuditRequest request, Reason reason, string words)
    {
        var closed = _session.Receive(AuditMessages.Of(request)) as AuditStep.Close;
        Assert.That(closed?.Message.Decline.Reason, Is.EqualTo(reason));
        Assert.That(closed!.Message.Decline.Message, Does.Contain(words));
    }

    private void AssertViolation(AuditMessage message, string reason) =>
        Assert.That((_session.Receive(message) as AuditStep.Violation)?.Reason, Does.Contain(reason));
}
