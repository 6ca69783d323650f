using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Reputation;

namespace Infernet.Daemon.Audits.Asking;

/// <summary>
/// How a case is heard: a pure state machine. This node's own engine decides alone if it can judge. Otherwise one
/// auditor is drawn, at times two; whoever condemns must be confirmed by another, drawn after it, and two who disagree
/// need a third. No verdict is revealed before all who are out have committed. Who is busy is asked again, until the
/// time is up; then what was heard has to do.
/// </summary>
/// <param name="options">The numbers.</param>
/// <param name="self">This node.</param>
/// <param name="ownEngine">Whether this node can judge itself.</param>
/// <param name="panel">How many auditors to begin with.</param>
/// <param name="draw">Draws an auditor that is none of these; null if there is nobody else.</param>
/// <param name="startedAt">The time.</param>
internal sealed class Hearing(
    HearingOptions options, PeerId self, bool ownEngine, int panel, Func<IReadOnlySet<PeerId>, PeerId?> draw,
    DateTimeOffset startedAt)
{
    private readonly HashSet<PeerId> _asked = [];
    private readonly HashSet<PeerId> _busy = [];
    private readonly Dictionary<PeerId, Stage> _out = [];
    private readonly List<Testimony> _heard = [];
    private readonly List<PeerId> _broken = [];
    private readonly List<HearingAction> _actions = [];
    private int _asks;
    private bool _over;
    private DateTimeOffset _askAgainAt;

    private enum Stage
    {
        Asked,
        Committed,
        RevealAsked,
    }

    /// <summary>Asks the first.</summary>
    public IReadOnlyList<HearingAction> Begin()
    {
        if (ownEngine)
        {
            Ask(self);
            return [.. _actions];
        }

        return Advance(new HearingEvent.Tick(), startedAt);
    }

    /// <summary>Takes an event and says what to do about it; after the conclusion nothing.</summary>
    public IReadOnlyList<HearingAction> Advance(HearingEvent happened, DateTimeOffset now)
    {
        _actions.Clear();
        if (_over)
        {
            return [];
        }

        switch (happened)
        {
            case HearingEvent.Committed committed when _out.ContainsKey(committed.Auditor):
                _out[committed.Auditor] = Stage.Committed;
                break;
            case HearingEvent.Testified testified when _out.Remove(testified.Testimony.Auditor):
                _heard.Add(testified.Testimony);
                break;
            case HearingEvent.Declined declined when _out.Remove(declined.Auditor):
                Excuse(declined, now);
                break;
            case HearingEvent.Broke broke when _out.Remove(broke.Auditor):
                _broken.Add(broke.Auditor);
                break;
        }

        Settle(now);
        return [.. _actions];
    }

    private void Excuse(HearingEvent.Declined declined, DateTimeOffset now)
    {
        if (declined.Busy)
        {
            _busy.Add(declined.Auditor);
            _askAgainAt = now + options.RetryDelay;
        }
    }

    private void Settle(DateTimeOffset now)
    {
        if (now - startedAt >= options.Timeout)
        {
            Conclude();
            return;
        }

        if (_out.Count > 0)
        {
            RevealIfAllCommitted();
            return;
        }

        int missing = Missing();
        while (missing > 0 && _asks < options.MaxAsked && draw(_asked) is { } auditor)
        {
            Ask(auditor);
            missing--;
        }

        if (_out.Count == 0 && !MayWait(missing, now))
        {
            Conclude();
        }
    }

    /// <summary>How many more verdicts are needed for now.</summary>
    private int Missing()
    {
        if (OwnWord() is not null)
        {
            return 0;
        }

        int judged = _heard.Count(t => t.Finding.Outcome != ShardOutcome.Void);
        return judged < panel ? panel - judged
            : judged < options.MaxTestimonies && ShardJudgement.NeedsAnother([.. _heard.Select(t => t.Finding)]) ? 1
            : 0;
    }

    /// <summary>
    /// Whether to wait for who is busy; or, while nobody was heard, for somebody who is not known yet. Who is busy is
    /// free to be drawn again once the delay is over.
    /// </summary>
    private bool MayWait(int missing, DateTimeOffset now)
    {
        if (missing == 0 || _asks >= options.MaxAsked)
        {
            return false;
        }

        if (_busy.Count > 0)
        {
            if (now >= _askAgainAt)
            {
                _asked.ExceptWith(_busy);
                _busy.Clear();
            }

            return true;
        }

        return _heard.Count == 0 && _asked.All(a => a == self) && now - startedAt < options.NobodyTimeout;
    }

    private void RevealIfAllCommitted()
    {
        if (_out.Values.All(stage => stage == Stage.Committed))
        {
            foreach (PeerId auditor in _out.Keys.ToList())
            {
                _out[auditor] = Stage.RevealAsked;
                _actions.Add(new HearingAction.AskReveal(auditor));
            }
        }
    }

    private void Ask(PeerId auditor)
    {
        _asks++;
        _asked.Add(auditor);
        _out.Add(auditor, Stage.Asked);
        _actions.Add(new HearingAction.Ask(auditor));
    }

    private Testimony? OwnWord() =>
        _heard.Find(t => t.Auditor == self && t.Finding.Outcome != ShardOutcome.Void);

    private void Conclude()
    {
        _over = true;
        ShardFinding[] findings = [.. _heard.Select(t => t.Finding)];
        ShardFinding? finding = OwnWord()?.Finding
            ?? (findings.Length == 0 ? null : ShardJudgement.Combine(findings));
        bool disputed = finding is not null
            && findings.Where(f => f.Outcome != ShardOutcome.Void)
                .Select(f => f.Outcome == ShardOutcome.Rejected).Distinct().Count() > 1;
        _actions.Add(new HearingAction.Conclude(new HearingResult(finding, [.. _heard], disputed, Auditors(finding))));
    }

    private List<(PeerId, AuditorFinding)> Auditors(ShardFinding? finding)
    {
        var how = new List<(PeerId, AuditorFinding)>(
            _broken.Select(auditor => (auditor, AuditorFinding.CommitmentBroken)));
        List<Testimony> judged = _heard.FindAll(t => t.Finding.Outcome != ShardOutcome.Void && t.Auditor != self);
        if (finding is not null && (judged.Count > 1 || OwnWord() is not null))
        {
            how.AddRange(judged.Select(t => (t.Auditor, ShardJudgement.IsOverruled(t.Finding, finding)
                ? AuditorFinding.Outvoted
                : AuditorFinding.Agreed)));
        }

        return how;
    }
}
