using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Reputation;
using Infernet.Daemon.Audits.Asking;
using static Infernet.Daemon.Tests.Audits.TestAudits;

namespace Infernet.Daemon.Tests.Audits.Asking;

/// <summary>Whose verdict is worth its price.</summary>
[TestFixture]
public sealed class HearingResultTests
{
    private readonly PeerId _auditor = NodeIdentity.Generate().Id;

    [TestCase(AuditorFinding.Outvoted, false)]
    [TestCase(AuditorFinding.CommitmentBroken, false)]
    [TestCase(AuditorFinding.CanaryMissed, false)]
    [TestCase(AuditorFinding.Agreed, true)]
    [TestCase(AuditorFinding.CanaryKnown, true)]
    [TestCase(AuditorFinding.SoundCanaryPassed, true)]
    public void Auditor_IsPaidUnlessItWasFoundWrong(AuditorFinding finding, bool earned) =>
        Assert.That(HasEarned([Testimony(_auditor, Verified)], finding), Is.EqualTo(earned));

    [Test]
    public void Auditor_WhomNobodyContradicts_IsPaid() =>
        Assert.That(HasEarned([Testimony(_auditor, Suspicious)]), Is.True);

    [Test]
    public void Auditor_ThatSaidNothing_IsNotPaid() => Assert.That(HasEarned([]), Is.False);

    [Test]
    public void Auditor_ThatJudgedNothing_IsNotPaid() =>
        Assert.That(HasEarned([Testimony(_auditor, NotJudged)]), Is.False);

    [Test]
    public void Auditor_WhoseVerdictCameTooLate_IsPaidIfItIsThatOfTheOthers()
    {
        HearingResult result = Result([Testimony(NodeIdentity.Generate().Id, Verified)]);

        Assert.That(result.HasEarned(_auditor, [Testimony(_auditor, Verified)]), Is.True);
        Assert.That(result.HasEarned(_auditor, [Testimony(_auditor, Rejected)]), Is.False);
    }

    private bool HasEarned(Testimony[] heard, AuditorFinding? finding = null) =>
        Result(heard, finding).HasEarned(_auditor, heard);

    private HearingResult Result(Testimony[] heard, AuditorFinding? finding = null) => new(
        ShardJudgement.Combine([.. heard.Select(t => t.Finding).DefaultIfEmpty(Verified)]), heard, false,
        finding is { } found ? [(_auditor, found)] : []);
}
