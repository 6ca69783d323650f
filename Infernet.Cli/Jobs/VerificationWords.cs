using System.Globalization;
using Infernet.Cli.Terminals;
using Infernet.Core.Api;

namespace Infernet.Cli.Jobs;

/// <summary>Says in a sentence how a job's answers are verified, and what came of it.</summary>
internal static class VerificationWords
{
    /// <summary>What is promised before the job starts; null where there is nobody to check.</summary>
    public static string? Promise(JobVerification verification) => verification switch
    {
        { OwnNodeOnly: true, HighestRate: 0, Mode: not "redundant" } => null,
        { Mode: "none" } => "Nobody checks the answers: verification is none.",
        { Mode: "redundant" } => "Every input is answered by several providers, who vote.",
        { HighestRate: 0 } => "No shard is audited: the audit rate is 0.",
        _ => $"Audited: {Rates(verification)} of each provider's shards"
            + (verification.Mode == "exact" ? ", bit by bit" : "")
            + (verification.ShardsToNotice is { } shards
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"; who always gives a poorer model's answers is noticed within {shards:0} shards, with 99 %")
                : "")
            + ".",
    };

    /// <summary>What came of it; null where nothing was audited, and nothing could have been.</summary>
    public static string? Sums(JobVerification verification)
    {
        int judged = verification.Passed + verification.Rejected + verification.Disputed;
        if (judged + verification.Missed + verification.Pending == 0)
        {
            return verification is { Mode: "tolerant" or "exact", HighestRate: > 0 } ? "no shard was drawn" : null;
        }

        string[] parts =
        [
            $"{Units.Count(judged)} shards judged, {Units.Count(verification.Passed)} right",
            .. Part(verification.Rejected, "rejected"),
            .. Part(verification.Disputed, "disputed"),
            .. Part(verification.Missed, "not judged for want of an auditor or of time"),
            .. Part(verification.Pending, "pending"),
        ];
        return string.Join(", ", parts);
    }

    private static string Rates(JobVerification verification)
    {
        (string lowest, string highest) = (Percent(verification.LowestRate), Percent(verification.HighestRate));
        return lowest == highest ? highest : $"{lowest} to {highest}";
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} %");

    private static string[] Part(int count, string what) => count == 0 ? [] : [$"{Units.Count(count)} {what}"];
}
