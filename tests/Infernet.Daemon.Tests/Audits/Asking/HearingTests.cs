using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Reputation;
using Infernet.Daemon.Audits.Asking;
using static Infernet.Daemon.Tests.Audits.TestAudits;

namespace Infernet.Daemon.Tests.Audits.Asking;

[TestFixture]
public sealed class HearingTests
{
    private static readonly HearingOptions Options = new();
    private static readonly PeerId Self = NodeIdentity.Generate().Id;

    private PeerId[] _peers = [];
    private Hearing _hearing = null!;
    private List<HearingAction> _actions = [];

    [SetUp]
    public void SetUp() => _peers = SomePeers(6);

    [Test]
    public void Verdict_ThatAcquits_EndsTheHearing()
    {
        Begin();
        Testify(_peers[0], Verified);

        HearingResult result = Result();
        Assert.That(result.Finding, Is.EqualTo(Verified));
        Assert.That(result.IsDisputed, Is.False);
        Assert.That(result.Auditors, Is.Empty, "One alone says nothing about itself.");
    }

    [Test]
    public void Verdict_ThatCondemns_NeedsAnotherWhoIsDrawnAfterIt()
    {
        Begin();
        Testify(_peers[0], Rejected);

        Assert.That(Asked(), Is.EqualTo(new[] { _peers[0], _peers[1] }));
        Testify(_peers[1], Rejected);
        Assert.That(Result().Finding!.Outcome, Is.EqualTo(ShardOutcome.Rejected));
        Assert.That(Result().Auditors, Is.EquivalentTo(new[]
        {
            (_peers[0], AuditorFinding.Agreed), (_peers[1], AuditorFinding.Agreed),
        }));
    }

    [Test]
    public void Slanderer_IsOutvotedByTwoOthers()
    {
        Begin();
        Testify(_peers[0], Rejected);
        Testify(_peers[1], Verified);
        Testify(_peers[2], Verified);

        HearingResult result = Result();
        Assert.That(result.Finding!.Outcome, Is.EqualTo(ShardOutcome.Verified));
        Assert.That(result.IsDisputed, Is.True);
        Assert.That(result.Auditors, Does.Contain((_peers[0], AuditorFinding.Outvoted)));
        Assert.That(result.Auditors, Does.Contain((_peers[2], AuditorFinding.Agreed)));
    }

    [Test]
    public void LazyAuditor_IsOutvotedWhenTwoAreAskedAtOnce()
    {
        Begin(panel: 2);
        Commit(_peers[0]);
        Commit(_peers[1]);
        Testify(_peers[0], Verified, commit: false);
        Testify(_peers[1], Rejected, commit: false);
        Testify(_peers[2], Rejected);

        Assert.That(Result().Finding!.Outcome, Is.EqualTo(ShardOutcome.Rejected));
        Assert.That(Result().Auditors, Does.Contain((_peers[0], AuditorFinding.Outvoted)));
    }

    [Test]
    public void Reveal_IsAskedForOnceAllHaveCommittedAndNotBefore()
    {
        Begin(panel: 2);
        Commit(_peers[0]);
        Tick(1);
        Assert.That(_actions.OfType<HearingAction.AskReveal>(), Is.Empty);

        Commit(_peers[1]);
        Tick(2);
        Assert.That(
            _actions.OfType<HearingAction.AskReveal>().Select(a => a.Auditor), Is.EquivalentTo(_peers.Take(2)));
    }

    [Test]
    public void Auditor_ThatVanishesBeforeItsCommitment_DoesNotHoldTheOtherUp()
    {
        Begin(panel: 2);
        Commit(_peers[0]);
        Advance(new HearingEvent.Declined(_peers[1], Busy: false));

        Assert.That(_actions.OfType<HearingAction.AskReveal>().Select(a => a.Auditor), Is.EqualTo(_peers.Take(1)));
        Testify(_peers[0], Verified, commit: false);
        Assert.That(Asked(), Has.Count.EqualTo(3), "The panel still wants a second one.");
    }

    [Test]
    public void Auditor_ThatBreaksItsWord_IsReportedAndReplaced()
    {
        Begin();
        Advance(new HearingEvent.Broke(_peers[0]));
        Testify(_peers[1], Verified);

        Assert.That(Result().Finding, Is.EqualTo(Verified));
        Assert.That(Result().Auditors, Is.EqualTo(new[] { (_peers[0], AuditorFinding.CommitmentBroken) }));
    }

    [Test]
    public void Testimony_OfSomebodyWhoWasNotAsked_IsIgnored()
    {
        Begin();
        Advance(new HearingEvent.Testified(Testimony(_peers[4], Verified)));
        Advance(new HearingEvent.Committed(_peers[4]));

        Assert.That(_actions.OfType<HearingAction.Conclude>(), Is.Empty);
        Assert.That(_actions.OfType<HearingAction.AskReveal>(), Is.Empty);
    }

    [Test]
    public void Verdict_GivenTwice_CountsOnce()
    {
        Begin();
        Testify(_peers[0], Rejected);
        Advance(new HearingEvent.Testified(Testimony(_peers[0], Rejected)));

        Assert.That(_actions.OfType<HearingAction.Conclude>(), Is.Empty);
    }

    [Test]
    public void BusyAuditors_AreAskedAgainAfterAWhile()
    {
        _peers = SomePeers(1);
        Begin();
        Advance(new HearingEvent.Declined(_peers[0], Busy: true));
        Tick(Options.RetryDelay.TotalSeconds / 2);
        Assert.That(Asked(), Has.Count.EqualTo(1));

        Tick(Options.RetryDelay.TotalSeconds + 0.1);
        Tick(Options.RetryDelay.TotalSeconds + 0.2);
        Assert.That(Asked(), Has.Count.EqualTo(2));
        Testify(_peers[0], Verified);
        Assert.That(Result().Finding, Is.EqualTo(Verified));
    }

    [Test]
    public void NobodyToAsk_EndsTheHearingWithoutAFindingAfterAWhile()
    {
        _peers = [];
        Begin();
        Tick(0);
        Assert.That(_actions, Is.Empty);

        Tick(Options.NobodyTimeout.TotalSeconds + 0.1);
        Assert.That(Result().Finding, Is.Null);
    }

    [Test]
    public void Auditor_ThatComesInTime_IsAsked()
    {
        PeerId[] later = _peers;
        _peers = [];
        Begin();
        _peers = later;
        Tick(0.1);

        Assert.That(Asked(), Is.EqualTo(later.Take(1)));
    }

    [Test]
    public void Auditors_WhoAllDecline_EndTheHearingWithoutAFinding()
    {
        Begin();
        foreach (PeerId peer in _peers)
        {
            Advance(new HearingEvent.Declined(peer, Busy: false));
        }

        Assert.That(Asked(), Has.Count.EqualTo(_peers.Length));
        Assert.That(Result().Finding, Is.Null);
    }

    [Test]
    public void Condemnation_ThatNobodyCanConfirm_Stands()
    {
        _peers = SomePeers(1);
        Begin();
        Testify(_peers[0], Rejected);

        Assert.That(Result().Finding!.Outcome, Is.EqualTo(ShardOutcome.Rejected));
    }

    [Test]
    public void Silence_OfEverybody_EndsWithTheTime()
    {
        Begin();
        Tick(Options.Timeout.TotalSeconds + 1);

        Assert.That(Result().Finding, Is.Null);
        Advance(new HearingEvent.Testified(Testimony(_peers[0], Rejected)));
        Assert.That(_actions.OfType<HearingAction.Conclude>().Count(), Is.EqualTo(1));
    }

    [Test]
    public void AuditorsAsked_AreBounded()
    {
        _peers = SomePeers(Options.MaxAsked + 10);
        Begin();
        foreach (PeerId peer in _peers)
        {
            Advance(new HearingEvent.Declined(peer, Busy: false));
        }

        Assert.That(Asked(), Has.Count.EqualTo(Options.MaxAsked));
    }

    [Test]
    public void AuditorWhoFindsNothingToJudge_IsReplacedAndGetsNoVote()
    {
        Begin();
        Testify(_peers[0], NotJudged);
        Testify(_peers[1], Verified);

        Assert.That(Result().Finding, Is.EqualTo(Verified));
        Assert.That(Result().IsDisputed, Is.False);
    }

    [Test]
    public void OwnEngine_DecidesAlone()
    {
        Begin(ownEngine: true);
        Testify(Self, Rejected);

        Assert.That(Asked(), Is.EqualTo(new[] { Self }));
        Assert.That(Result().Finding, Is.EqualTo(Rejected));
    }

    [Test]
    public void OwnEngine_ThatCantJudge_LeavesItToOthers()
    {
        Begin(ownEngine: true);
        Advance(new HearingEvent.Declined(Self, Busy: false));
        Testify(_peers[0], Verified);

        Assert.That(Result().Finding, Is.EqualTo(Verified));
    }

    [Test]
    public void AnyHistory_EndsAndConcludesOnce([Range(1, 50)] int seed)
    {
        var random = new Random(seed);
        Begin(panel: random.Next(1, 3), ownEngine: random.Next(4) == 0);
        ShardFinding[] findings = [Verified, Suspicious, Rejected, NotJudged];
        for (int i = 0; i < 400; i++)
        {
            PeerId peer = random.Next(8) == 0 ? Self : _peers[random.Next(_peers.Length)];
            Advance(
                random.Next(5) switch
                {
                    0 => new HearingEvent.Committed(peer),
                    1 => new HearingEvent.Testified(Testimony(peer, findings[random.Next(4)])),
                    2 => new HearingEvent.Declined(peer, random.Next(2) == 0),
                    3 => new HearingEvent.Broke(peer),
                    _ => new HearingEvent.Tick(),
                },
                i);
        }

        Assert.That(_actions.OfType<HearingAction.Conclude>().Count(), Is.EqualTo(1));
        Assert.That(Result().Testimonies.Select(t => t.Auditor), Is.Unique);
        Assert.That(Result().Testimonies.Select(t => t.Auditor), Is.SubsetOf(Asked()));
    }

    private void Begin(int panel = 1, bool ownEngine = false)
    {
        _hearing = new Hearing(
            Options, Self, ownEngine, panel, asked => Array.Find(_peers, p => !asked.Contains(p)), Now);
        _actions = [.. _hearing.Begin()];
    }

    private void Testify(PeerId auditor, ShardFinding finding, bool commit = true)
    {
        if (commit)
        {
            Commit(auditor);
        }

        Advance(new HearingEvent.Testified(Testimony(auditor, finding)));
    }

    private void Commit(PeerId auditor) => Advance(new HearingEvent.Committed(auditor));

    private void Tick(double seconds) => Advance(new HearingEvent.Tick(), seconds);

    private void Advance(HearingEvent happened, double seconds = 0) =>
        _actions.AddRange(_hearing.Advance(happened, Now.AddSeconds(seconds)));

    private List<PeerId> Asked() => [.. _actions.OfType<HearingAction.Ask>().Select(a => a.Auditor)];

    private HearingResult Result() => _actions.OfType<HearingAction.Conclude>().Single().Result;
}
