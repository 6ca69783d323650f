using Infernet.Core.Audits;
using Infernet.Core.Schemas;

namespace Infernet.Bench.Trust.Simulation;

/// <summary>
/// What an honest auditor finds: margins drawn from the shipped calibration, judged by the product's own arithmetic.
/// Tokens of one text are alike, so each draw stands for as many tokens as the calibration's design effect says.
/// </summary>
internal sealed class AuditModel(int tokens, Random random)
{
    private static readonly AuditCalibration Calibration = AuditCalibrations.Shipped.For([], "Q8_0");

    public ShardFinding Judge(bool wrong, bool mild)
    {
        MarginModel margins = Calibration.Greedy;
        IReadOnlyList<double> shares = !wrong ? margins.Honest : mild ? margins.Cheat : margins.Foreign;
        uint alike = (uint)Math.Ceiling(margins.DesignEffect);
        var item = new ItemVerdict();
        item.MarginCounts.AddRange(new uint[MarginBins.Count]);
        for (int drawn = 0; drawn < tokens; drawn += (int)alike)
        {
            item.MarginCounts[Draw(shares)] += alike;
            item.Tokens += alike;
        }

        return ShardJudgement.Of([item], JobKind.Completion, new Sampling(), exact: false, Calibration);
    }

    private int Draw(IReadOnlyList<double> shares)
    {
        double left = random.NextDouble();
        for (int bin = 0; bin < shares.Count - 1; bin++)
        {
            left -= shares[bin];
            if (left < 0)
            {
                return bin;
            }
        }

        return shares.Count - 1;
    }
}
