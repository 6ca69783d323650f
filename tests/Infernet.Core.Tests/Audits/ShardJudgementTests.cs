using Infernet.Core.Audits;
using Infernet.Core.Schemas;
using static Infernet.Core.Schemas.ItemVerdict.Types;

namespace Infernet.Core.Tests.Audits;

[TestFixture]
public sealed class ShardJudgementTests
{
    private static readonly AuditCalibration Calibration = AuditCalibrations.Shipped.Fallback with
    {
        Margins = MarginModelTests.Model,
    };

    [Test]
    public void Of_TokensAsDrawn_IsVerified() => AssertOutcome(ShardOutcome.Verified, Scored(100, 0));

    [Test]
    public void Of_SomeMargins_IsSuspicious() => AssertOutcome(ShardOutcome.Suspicious, Scored(100, 5));

    [Test]
    public void Of_ManyMargins_IsRejected() => AssertOutcome(ShardOutcome.Rejected, Scored(100, 20));

    [Test]
    public void Of_MarginsInDifferentItems_AddUp() =>
        AssertOutcome(ShardOutcome.Rejected, Scored(25, 5), Scored(25, 5), Scored(25, 5), Scored(25, 5));

    [Test]
    public void Of_TheSameAnswerFourTimes_IsOfItOnce() => Assert.Multiple(() =>
    {
        ShardFinding once = Judge(Scored(25, 5));
        ShardFinding four = Judge([7, 7, 7, 7], Scored(25, 5), Scored(25, 5), Scored(25, 5), Scored(25, 5));
        Assert.That((four.Outcome, four.LogLikelihoodRatio), Is.EqualTo((once.Outcome, once.LogLikelihoodRatio)));
        Assert.That(four.Items, Has.Count.EqualTo(1));
    });

    [Test]
    public void Beyond_WhatIsKnown_IsWhatIsLeft() => Assert.Multiple(() =>
    {
        ShardFinding both = Judge([7, 8], Scored(25, 5), Scored(25, 2));
        Assert.That(both.Beyond(new HashSet<UInt128>()), Is.SameAs(both));
        Assert.That(both.Beyond(new HashSet<UInt128> { 7, 8 }), Is.Null);
        Assert.That(
            both.Beyond(new HashSet<UInt128> { 7 })!.LogLikelihoodRatio,
            Is.EqualTo(Judge(Scored(25, 2)).LogLikelihoodRatio));
    });

    [Test]
    public void Of_ItemsOfUnknownContents_IsNewEachTime() => Assert.That(
        Judge(Scored(25, 5)).Beyond(new HashSet<UInt128> { 0, 1 }), Is.Not.Null);

    [Test]
    public void Of_OtherContentsThanItems_IsRefused() =>
        Assert.That(() => Judge([7], Scored(25, 5), Scored(25, 5)), Throws.ArgumentException);

    [TestCase(Fault.Text)]
    [TestCase(Fault.UnknownToken)]
    [TestCase(Fault.PromptTokens)]
    [TestCase(Fault.NotEnded)]
    [TestCase(Fault.TooLong)]
    [TestCase(Fault.ErrorClaimed)]
    public void Of_APlainFault_IsRejected(Fault fault) =>
        AssertOutcome(ShardOutcome.Rejected, Scored(100, 0), new ItemVerdict { Faults = { fault } });

    [TestCase(Fault.InputHash)]
    [TestCase(Fault.OutputHash)]
    public void Of_WhatWasNotSignedFor_IsVoid(Fault fault)
    {
        ShardFinding finding = Judge(new ItemVerdict { Faults = { fault, Fault.Text } });

        Assert.That((finding.Outcome, finding.LogLikelihoodRatio), Is.EqualTo((ShardOutcome.Void, 0)));
    }

    [Test]
    public void Of_OneMarginInExactMode_IsRejected() => Assert.That(
        ShardJudgement.Of([Scored(1_000, 1)], JobKind.Chat, exact: true, Calibration).Outcome,
        Is.EqualTo(ShardOutcome.Rejected));

    [Test]
    public void Of_AnEmbedding_IsRejectedForItsDistanceAlone() => Assert.Multiple(() =>
    {
        Assert.That(Embedding(new ItemVerdict()).Outcome, Is.EqualTo(ShardOutcome.Verified));
        Assert.That(Embedding(new ItemVerdict()).LogLikelihoodRatio, Is.Negative);
        Assert.That(
            Embedding(new ItemVerdict { Faults = { Fault.Embedding } }).Outcome, Is.EqualTo(ShardOutcome.Rejected));
    });

    [TestCase("", true)]
    [TestCase("V", false)]
    [TestCase("S", false)]
    [TestCase("R", true)]
    [TestCase("RR", false)]
    [TestCase("RV", true)]
    [TestCase("RVV", false)]
    [TestCase("RVR", false)]
    [TestCase("X", true)]
    [TestCase("XV", false)]
    public void NeedsAnother_AfterVerdicts_AsksForASecondOnARejectionAndAThirdOnDisagreement(string so, bool expected) =>
        Assert.That(ShardJudgement.NeedsAnother(Findings(so)), Is.EqualTo(expected));

    [TestCase("V", ShardOutcome.Verified)]
    [TestCase("R", ShardOutcome.Rejected)]
    [TestCase("RV", ShardOutcome.Suspicious)]
    [TestCase("RVV", ShardOutcome.Verified)]
    [TestCase("RVR", ShardOutcome.Rejected)]
    [TestCase("RVS", ShardOutcome.Verified)]
    [TestCase("X", ShardOutcome.Void)]
    [TestCase("XR", ShardOutcome.Rejected)]
    [TestCase("", ShardOutcome.Void)]
    public void Combine_SeveralVerdicts_FollowsTheMajority(string findings, ShardOutcome expected) =>
        Assert.That(ShardJudgement.Combine(Findings(findings)).Outcome, Is.EqualTo(expected));

    [Test]
    public void IsOverruled_TheMinority_IsIt()
    {
        ShardFinding[] findings = Findings("RVV");
        ShardFinding combined = ShardJudgement.Combine(findings);

        Assert.That(
            findings.Select(f => ShardJudgement.IsOverruled(f, combined)), Is.EqualTo(new[] { true, false, false }));
    }

    private static void AssertOutcome(ShardOutcome expected, params ItemVerdict[] items) =>
        Assert.That(Judge(items).Outcome, Is.EqualTo(expected));

    private static ShardFinding Judge(params ItemVerdict[] items) =>
        ShardJudgement.Of(items, JobKind.Chat, exact: false, Calibration);

    private static ShardFinding Judge(UInt128[] contents, params ItemVerdict[] items) =>
        ShardJudgement.Of(contents, items, JobKind.Chat, exact: false, Calibration);

    private static ShardFinding Embedding(ItemVerdict item) =>
        ShardJudgement.Of([item], JobKind.Embedding, exact: false, Calibration);

    private static ItemVerdict Scored(uint tokens, uint margins)
    {
        uint[] counts = new uint[MarginBins.Count];
        (counts[MarginBins.Zero], counts[MarginBins.OfMissed(0.5)]) = (tokens - margins, margins);
        return new ItemVerdict { Tokens = tokens, MarginCounts = { counts } };
    }

    private static ShardFinding[] Findings(string letters) =>
    [
        .. letters.Select(letter => letter switch
        {
            'V' => new ShardFinding(ShardOutcome.Verified, -2),
            'S' => new ShardFinding(ShardOutcome.Suspicious, 3),
            'R' => new ShardFinding(ShardOutcome.Rejected, 20),
            _ => new ShardFinding(ShardOutcome.Void, 0),
        }),
    ];
}
