namespace Infernet.Core.Audits;

/// <summary>
/// What auditing promises, for the submitter to see before a job starts: a peer that cheats in a share f of its shards,
/// audited at a rate q by audits that recognise a share d, goes unnoticed over n shards with probability (1 - q f d)^n.
/// "Noticed" is one audit that rejects the shard. Assumes that the peer can't tell which shards will be drawn.
/// </summary>
/// <param name="Rate">q, 0 to 1.</param>
/// <param name="CheatedShare">f, 0 to 1.</param>
/// <param name="PerAudit">d, 0 to 1, see <see cref="MarginModel.Detection"/>.</param>
public sealed record DetectionForecast(double Rate, double CheatedShare, double PerAudit)
{
    /// <summary>The forecast for one who always gives the mildest cheat's answers.</summary>
    /// <param name="rate">The audit rate.</param>
    /// <param name="margins">What the calibration says of the mildest cheat.</param>
    /// <param name="tokensPerAudit">How many tokens an audit scores.</param>
    public static DetectionForecast Of(double rate, MarginModel margins, int tokensPerAudit)
    {
        ArgumentNullException.ThrowIfNull(margins);
        return new(rate, 1, margins.Detection(tokensPerAudit, ShardJudgement.RejectionBound));
    }

    /// <summary>The probability that a cheat is noticed within so many shards.</summary>
    public double Within(double shards) => 1 - Math.Pow(1 - PerShard, Math.Max(0, shards));

    /// <summary>After how many shards a cheat has been noticed with a probability; infinite if never.</summary>
    public double ShardsFor(double probability) =>
        PerShard <= 0 ? double.PositiveInfinity
        : PerShard >= 1 ? 1
        : Math.Ceiling(Math.Log(1 - Math.Clamp(probability, 0, 1 - 1e-12)) / Math.Log(1 - PerShard));

    private double PerShard => Math.Clamp(Rate * CheatedShare * PerAudit, 0, 1);
}
