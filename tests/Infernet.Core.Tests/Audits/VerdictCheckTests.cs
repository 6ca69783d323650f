using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using static Infernet.Core.Schemas.ItemVerdict.Types;

namespace Infernet.Core.Tests.Audits;

/// <summary>One rule each: a verdict that breaks it is refused for that reason.</summary>
[TestFixture]
public sealed class VerdictCheckTests
{
    private static readonly AuditRequest Request = AuditExamples.Request();

    private static IEnumerable<TestCaseData> Wrong()
    {
        yield return Case("Auditor", v => v.Auditor = v.Aggregator, "another auditor");
        yield return Case("Aggregator", v => v.Aggregator = v.Auditor, "another aggregator");
        yield return Case("Request", v => v.RequestHash = ByteString.Empty, "another request");
        yield return Case("Model", v => v.ModelRoot = ByteString.Empty, "another model");
        yield return Case("Exact", v => v.Exact = true, "a tolerance was asked for");
        yield return Case("Early", v => v.DecidedUnixUs -= 120_000_000, "time");
        yield return Case("Late", v => v.DecidedUnixUs += 120_000_000, "time");
        yield return Case("NoTime", v => v.DecidedUnixUs = long.MinValue, "time");
        yield return Case("Engine", v => v.Engine = null, "engine is not described");
        yield return Case("LongEngine", v => v.Engine.Build = new string('x', 129), "build is longer");
        yield return Case("FewItems", v => v.Items.RemoveAt(1), "covers 1 items, 2 were");
        yield return Case("Bins", v => v.Items[0].MarginCounts.RemoveAt(9), "in 16 bins, there are 17");
        yield return Case("Sum", v => v.Items[0].MarginCounts[1]++, "its bins hold 4");
        yield return Case("Overflow", Overflow, "its bins hold");
        yield return Case("TooMany", v => Score(v.Items[0], 4), "more tokens were scored");
        yield return Case("Lazy", v => Score(v.Items[0], 2), "2 of 3 tokens were scored, and no fault");
        yield return Case("NoFault", v => v.Items[0].Faults.Add(Fault.None), "not known ones");
        yield return Case("UnknownFault", v => v.Items[0].Faults.Add((Fault)99), "not known ones");
        yield return Case("FaultTwice", v => v.Items[0].Faults.Add([Fault.Text, Fault.Text]), "each at most once");
    }

    [TestCaseSource(nameof(Wrong))]
    public void Verdict_ThatBreaksARule_IsRefusedForIt(Action<Verdict> spoil, string reason)
    {
        Verdict verdict = AuditExamples.Verdict(Request);
        spoil(verdict);

        Assert.That(Problem(VerdictEnvelope.Seal(AuditExamples.Auditor, verdict)), Does.Contain(reason));
    }

    [Test]
    public void Verdict_ThatIsRight_HasNoProblem() => Assert.That(Problem(Good()), Is.Null);

    [Test]
    public void Verdict_WithAFault_NeedNotScoreAllTokens()
    {
        Verdict verdict = AuditExamples.Verdict(Request);
        verdict.Items[0] = new ItemVerdict { Faults = { Fault.UnknownToken } };

        Assert.That(Problem(VerdictEnvelope.Seal(AuditExamples.Auditor, verdict)), Is.Null);
    }

    [Test]
    public void Verdict_OfAnotherAuditor_IsRefused() => Assert.That(
        Problem(VerdictEnvelope.Seal(NodeIdentity.Generate(), AuditExamples.Verdict(Request))),
        Does.Contain("is signed by"));

    [Test]
    public void Verdict_ChangedAfterwards_IsRefused()
    {
        byte[] envelope = Good();
        envelope[^80] ^= 1;

        Assert.That(Problem(envelope), Does.Contain("signature is wrong"));
    }

    [Test]
    public void Verdict_TooLargeToLookAt_IsRefused() =>
        Assert.That(Problem(new byte[VerdictEnvelope.MaxSize + 1]), Does.Contain("no verdict"));

    [Test]
    public void Envelope_OfTheMostItems_Fits()
    {
        Verdict verdict = AuditExamples.Verdict(Request);
        verdict.Items.Clear();
        verdict.Items.Add(Enumerable.Repeat(
            new ItemVerdict
            {
                Tokens = uint.MaxValue,
                MarginCounts = { Enumerable.Repeat(uint.MaxValue, MarginBins.Count) },
                Faults = { Enum.GetValues<Fault>() },
            },
            AuditLimits.MaxItems));

        Assert.That(
            VerdictEnvelope.Seal(AuditExamples.Auditor, verdict), Has.Length.LessThanOrEqualTo(VerdictEnvelope.MaxSize));
    }

    [Test]
    public void AnyBytes_GiveASentence()
    {
        var random = new Random(4);
        byte[] good = Good();
        for (int round = 0; round < 2_000; round++)
        {
            byte[] bytes = [.. good];
            bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);

            Assert.That(Problem(bytes), Is.Not.Null);
        }
    }

    private static byte[] Good() => VerdictEnvelope.Seal(AuditExamples.Auditor, AuditExamples.Verdict(Request));

    private static string? Problem(byte[] envelope) =>
        VerdictCheck.FindProblem(envelope, AuditExamples.Expectation(Request), out _);

    private static void Score(ItemVerdict item, uint tokens) => (item.Tokens, item.MarginCounts[0]) = (tokens, tokens);

    // Two bins whose sum is right if it is taken modulo 2^32.
    private static void Overflow(Verdict verdict) =>
        (verdict.Items[0].MarginCounts[0], verdict.Items[0].MarginCounts[1]) = (uint.MaxValue, 4);

    private static TestCaseData Case(string name, Action<Verdict> spoil, string reason) =>
        new TestCaseData(spoil, reason).SetArgDisplayNames(name);
}
