using System.Globalization;
using Infernet.Core.Audits;
using Infernet.Daemon.Audits.Asking;
using static Infernet.Core.Schemas.ItemVerdict.Types;

namespace Infernet.Daemon.Jobs.Auditing;

/// <summary>Says why an audit ended as it did. Pure.</summary>
internal static class RulingWords
{
    /// <summary>Why an answer is unaudited when there was nobody to judge it.</summary>
    public const string NoAuditor = "no auditor";

    /// <summary>The reason, as a sentence without its full stop.</summary>
    public static string Of(HearingResult hearing)
    {
        if (hearing.Finding is not { } finding)
        {
            return hearing.Shortage ?? NoAuditor;
        }

        string votes = hearing.IsDisputed ? $"; {Votes(hearing)}" : "";
        return finding.Outcome switch
        {
            ShardOutcome.Verified => "found right" + votes,
            ShardOutcome.Rejected => Faults(hearing) + votes,
            ShardOutcome.Suspicious when hearing.IsDisputed => "the auditors do not agree" + votes,
            ShardOutcome.Suspicious => $"unlikely, but not beyond doubt ({Ratio(finding)})",
            _ => "the auditor found nothing that it could judge",
        };
    }

    private static string Votes(HearingResult hearing)
    {
        int against = hearing.Testimonies.Count(t => t.Finding.Outcome == ShardOutcome.Rejected);
        return $"{against} of {hearing.Testimonies.Count} auditors found it wrong";
    }

    private static string Faults(HearingResult hearing)
    {
        string[] faults =
        [
            .. hearing.Testimonies.Where(t => t.Finding.Outcome == ShardOutcome.Rejected)
                .SelectMany(t => t.Verdict.Items).Where(i => !AuditEvidence.IsVoid(i))
                .SelectMany(i => i.Faults).Where(AuditEvidence.IsProviders).Distinct().Order().Select(Word),
        ];
        return faults.Length > 0
            ? string.Join("; ", faults)
            : $"the tokens are not those that the model draws ({Ratio(hearing.Finding!)})";
    }

    private static string Ratio(ShardFinding finding) => string.Create(
        CultureInfo.InvariantCulture, $"log-likelihood ratio {finding.LogLikelihoodRatio:0.#}");

    private static string Word(Fault fault) => fault switch
    {
        Fault.Text => "the text is not what the tokens spell",
        Fault.UnknownToken => "there are tokens that the model does not have",
        Fault.PromptTokens => "the prompt has another number of tokens",
        Fault.NotEnded => "the answer is cut short",
        Fault.TooLong => "the answer goes on past its end",
        Fault.ErrorClaimed => "an error is claimed where there is none",
        Fault.Embedding => "the embedding is another",
        _ => fault.ToString(),
    };
}
