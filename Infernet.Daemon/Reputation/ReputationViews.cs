using Infernet.Core.Api;
using Infernet.Core.Reputation;

namespace Infernet.Daemon.Reputation;

/// <summary>Standings in the shapes of the API.</summary>
internal static class ReputationViews
{
    public static ReputationStatus Of(PeerStanding standing) => new()
    {
        PeerId = standing.Peer.ToString(),
        Score = standing.Score,
        Mean = standing.Mean,
        Newcomer = standing.IsNewcomer,
        Exclusion = standing.Exclusion,
        AuditsPassed = standing.AuditsPassed,
        AuditsFailed = standing.AuditsFailed,
        OwnPassed = standing.OwnPassed,
        OwnFailed = standing.OwnFailed,
        OthersPassed = standing.ThirdPartyPassed,
        OthersFailed = standing.ThirdPartyFailed,
        LogLikelihoodRatio = standing.LogLikelihoodRatio,
        CreditTokens = standing.CreditWindow,
        SettledTokens = standing.SettledTokens,
        TokensAsked = standing.TokensAsked,
        ReporterWeight = standing.ReporterWeight,
        AuditorScore = standing.AuditorScore,
        MayAudit = standing.MayAudit,
        QueuePriority = standing.QueuePriority,
        FirstSeen = standing.FirstSeen,
    };

    public static ReputationEntry Of(Contribution added) => new()
    {
        At = added.Verdicts[0].At,
        Own = added.Own,
        Reporter = added.Verdicts[0].Aggregator.ToString(),
        Auditors = [.. added.Verdicts.Select(v => v.Auditor!.ToString())],
        Outcome = added.Finding.Outcome.ToString().ToLowerInvariant(),
        LogLikelihoodRatio = added.Finding.LogLikelihoodRatio,
        Weight = added.ReporterWeight,
        Passed = added.Passed,
        Failed = added.Failed,
        Evidence = [.. added.Verdicts.Select(v => v.Id)],
    };
}
